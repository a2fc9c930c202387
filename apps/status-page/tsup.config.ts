import { copyFile } from "node:fs/promises";
import { packageBuild } from "../../tsup.base.ts";

/** `dist/page`: three files that any server may serve from any path. */
export default packageBuild(["src/page.ts"], {
  outDir: "dist/page",
  platform: "browser",
  target: "es2023",
  noExternal: [/.*/],
  minify: true,
  splitting: false,
  sourcemap: false,
  esbuildOptions(options) {
    options.conditions = ["@k8s-snapshots/source"];
  },
  onSuccess: () => copyFile("src/index.html", "dist/page/index.html"),
});
