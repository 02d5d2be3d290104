"""What is handed out: a wheel, a bundle, an extension, a plugin, an image, and the entry of a registry."""
