import { join } from "node:path";
import { chartDigest } from "../../apps/daemon/chart/chart-digest.ts";
import type { Helm } from "./run-helm.ts";

const root = join(import.meta.dirname, "..", "..");

/** The chart. */
export const chartFolder: string = join(root, "deploy", "helm", "k8s-snapshots");

/** What people apply who have no Helm. */
export const manifestFile: string = join(root, "deploy", "manifests", "k8s-snapshots.yaml");

/** The chart with its defaults and a namespace, as kubectl takes it: nothing in it tells of Helm. */
export async function renderManifest(helm: Helm): Promise<string> {
  const values = ["namespace.create=true", "crds.keep=false"].flatMap((value) => ["--set", value]);
  const rendered = await helm.run("template", "k8s-snapshots", chartFolder, "--namespace", "k8s-snapshots", ...values);
  const plain = rendered
    .replace(/^---\n/, "")
    .replace(/^# Source: .*\n/gm, "")
    .replace(/^ *helm\.sh\/chart: .*\n/gm, "")
    .replaceAll("app.kubernetes.io/managed-by: Helm", "app.kubernetes.io/managed-by: kubectl");
  const header = [
    "# All that the daemon needs in a cluster, without a cloud's credentials: kubectl apply -f deploy/manifests/k8s-snapshots.yaml",
    "# Rendered from the chart in deploy/helm/k8s-snapshots by `pnpm generate`: do not edit.",
    `# chart: sha256:${await chartDigest()}`,
  ];
  return `${header.join("\n")}\n${plain}`;
}
