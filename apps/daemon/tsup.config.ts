import { packageBuild } from "../../tsup.base.ts";

export default packageBuild(["src/main.ts"], {
  noExternal: [/^@k8s-snapshots\/emulator-/],
  // The status page, as `dist/page`.
  publicDir: "../status-page/dist",
});
