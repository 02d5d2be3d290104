// What is wrong with how a view is drawn, over a host's ground: contrast of text (WCAG 2.2, 1.4.3), controls without a
// name or smaller than 44 px, elements that no view makes, and what is too wide.
((ground) => {
  const context = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const over = (above, below) => [0, 1, 2].map(i => above[i] * above[3] / 255 + below[i] * (1 - above[3] / 255));
  const linear = part => part / 255 <= .04045 ? part / 255 / 12.92 : ((part / 255 + .055) / 1.055) ** 2.4;
  const light = colour => colour.map(linear).reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0);
  const faults = [];
  for (const each of document.querySelectorAll("main *")) {
    const says = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!says || !each.getClientRects().length || each.disabled) continue;
    const layers = [];
    for (let at = each; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    const behind = layers.reduce((below, above) => over(rgba(above), below), ground);
    const text = over(rgba(getComputedStyle(each).color), behind);
    const [high, low] = [light(text), light(behind)].sort((a, b) => b - a), ratio = (high + .05) / (low + .05);
    if (ratio < 4.5) faults.push(`${each.tagName} ${each.textContent.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  for (const each of document.querySelectorAll("button, input")) {
    const {height, width} = each.getBoundingClientRect();
    const name = each.ariaLabel || each.labels?.[0]?.textContent || each.textContent;
    if (!name.trim() || Math.min(height, width) < 43.9) faults.push(each.outerHTML.slice(0, 80));
  }
  const foreign = "img, b, i, a, iframe, object, form, template, main script, main style, [onerror], [onload]";
  for (const each of document.querySelectorAll(foreign)) faults.push(each.outerHTML.slice(0, 80));
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`${root.scrollWidth - root.clientWidth} px too wide`);
  return faults;
})
