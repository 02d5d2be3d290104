// A certified OpenID provider, as an operator would set one up for this server: `node certified.mjs PORT RESOURCE`.
import Provider from "oidc-provider";

const [port, resource] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const server = { scope: "harvest:read harvest:write", accessTokenFormat: "jwt", audience: resource };
const provider = new Provider(issuer, {
  scopes: ["openid", "harvest:read", "harvest:write"],
  pkce: { required: () => true },
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed("refresh_token"),
  clients: [
    {
      client_id: "pages",
      client_secret: "a secret of the pages: +/=",
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code"],
      redirect_uris: [resource.replace(/mcp$/, "signed-in")],
    },
  ],
  clientDefaults: { token_endpoint_auth_method: "none" },
  features: {
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ ...server, jwt: { sign: { alg: "RS256" } } }),
    },
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
