// Before Gradio loads: its own words follow the browser's language; here they are Spanish always.
Object.defineProperty(navigator, "language", { get: () => "es-MX" });
Object.defineProperty(navigator, "languages", { get: () => ["es-MX", "es"] });
