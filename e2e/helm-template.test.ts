import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { settingValue } from "../apps/daemon/chart/setting-value.ts";
import type { Setting, SettingKind } from "../apps/daemon/src/settings/setting.ts";
import { valueName } from "../apps/daemon/src/settings/setting.ts";
import { parseSettings, settingTable } from "../apps/daemon/src/settings/settings.ts";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { daemonOf, only, type Rendering, renderChart, renderExample } from "./harness/chart.ts";
import { refusals } from "./harness/chart-refusals.ts";
import { toggles } from "./harness/chart-toggles.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { chartFolder, manifestFile, renderManifest } from "./harness/render-manifest.ts";
import { Helm } from "./harness/run-helm.ts";
import { type KubeApiserver, startKubeApiserver } from "./harness/start-kube-apiserver.ts";

const { kubernetes, kubectl, helm: program, operatorDefinitions } = inject("programs");
const ready = [kubernetes, kubectl, program, operatorDefinitions].every((one) => one !== undefined);
const examples = (await readdir(join(chartFolder, "examples"))).sort();

describe.skipIf(program === undefined)("the chart", () => {
  let folder: string;
  let helm: Helm;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "helm-template-"));
    helm = new Helm(program as string, folder);
  });

  afterAll(() => removeFolder(folder));

  test("has no fault that helm lint finds", async () => {
    expect(await helm.run("lint", "--strict", chartFolder)).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  test("is what the plain manifests are rendered from: `pnpm generate` does it", async () => {
    expect(await renderManifest(helm)).toBe(await readFile(manifestFile, "utf8"));
  });

  test.each(refusals)("refuses %s, and says so in one line", async (_, values, line) => {
    const refusal = (await renderChart(helm, folder, values).catch((error: unknown) => error)) as { stderr: string };
    const lines = refusal.stderr.split("\n").filter((one) => one.includes(line));
    expect(lines, refusal.stderr).toHaveLength(1);
  });

  test("has a value for each setting of the daemon, which reads it as it was meant", async () => {
    const settings = Object.entries(settingTable) as [string, Setting<unknown>][];
    const values = Object.fromEntries(settings.map(([, setting]) => [valueName(setting), sampleOf(setting)]));
    const { env } = daemonOf(await renderChart(helm, folder, { settings: values }));
    const variables = Object.fromEntries(env.map((one: { name: string; value: string }) => [one.name, one.value]));
    expect(Object.keys(variables).sort()).toEqual(settings.map(([, { variable }]) => variable).sort());
    const read = parseSettings(variables) as Readonly<Record<string, unknown>>;
    for (const [name, setting] of settings) {
      const given = sampleOf(setting);
      if (["number", "flag", "list", "paths"].includes(setting.kind)) expect(read[name], name).toEqual(given);
      else expect(variables[setting.variable], name).toBe(given);
    }
  });

  test("replaces replicas one by one; one that runs alone is ended before its successor starts", async () => {
    const strategyOf = async (leaderElection: boolean): Promise<string> => {
      const values = { replicaCount: 1, settings: { leaderElection } };
      return only(await renderChart(helm, folder, values), "Deployment").spec.strategy.type;
    };
    expect([await strategyOf(true), await strategyOf(false)]).toEqual(["RollingUpdate", "Recreate"]);
  });

  test("takes the default of each setting, as values.yaml shows it", async () => {
    const shown = Object.values(settingTable as Readonly<Record<string, Setting<unknown>>>)
      .filter((setting) => setting.default !== undefined)
      .map((setting) => [valueName(setting), settingValue(setting).default]);
    expect(shown.length).toBeGreaterThan(20);
    const { env } = daemonOf(await renderChart(helm, folder, { settings: Object.fromEntries(shown) }));
    const variables = Object.fromEntries(env.map((one: { name: string; value: string }) => [one.name, one.value]));
    expect(JSON.stringify(parseSettings(variables))).toBe(JSON.stringify(parseSettings({})));
  });

  describe.skipIf(!ready)("on a real kube-apiserver", () => {
    let server: KubeApiserver;
    let kubeconfig: string;

    beforeAll(async () => {
      server = await startKubeApiserver(kubernetes as KubernetesBinaries);
      kubeconfig = await server.kubeconfig();
      const definitions = operatorDefinitions as string;
      for (const name of ["servicemonitors", "podmonitors", "prometheusrules"]) {
        await control("create", "-f", join(definitions, `monitoring.coreos.com_${name}.yaml`));
      }
      const { yaml } = await renderChart(
        helm,
        folder,
        { namespace: { create: true } },
        "--show-only",
        "templates/namespace.yaml",
      );
      await apply(yaml);
    });

    afterAll(() => server?.stop());

    test.each(toggles)("takes %s", async (_, values, expectation) => {
      const rendering = await renderChart(helm, folder, values);
      await expectation(rendering);
      await expectWellMade(rendering);
    });

    test.each(examples)("takes the example %s", async (name) => {
      await expectWellMade(await renderExample(helm, folder, name));
    });

    /** Each object is labelled, and passes the API server's own checks without a warning. */
    async function expectWellMade(rendering: Rendering): Promise<void> {
      for (const object of rendering.objects) {
        expect(object, rendering.yaml).not.toBeNull();
        const labels = object.metadata.labels ?? {};
        for (const label of ["name", "instance", "version", "component", "part-of", "managed-by"]) {
          expect(labels[`app.kubernetes.io/${label}`], `${object.kind}: ${label}`).toMatch(/./);
        }
        const isOfTheCluster = /^(?:ClusterRole|ClusterRoleBinding|CustomResourceDefinition)$/.test(object.kind);
        expect(object.metadata.namespace, object.kind).toBe(isOfTheCluster ? undefined : "k8s-snapshots");
      }
      const { selector, template } = only(rendering, "Deployment").spec;
      expect(Object.keys(selector.matchLabels)).toEqual(["app.kubernetes.io/name", "app.kubernetes.io/instance"]);
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
      const checked = await apply(rendering.yaml, "--dry-run=server");
      expect(checked.trim().split("\n")).toHaveLength(rendering.objects.length);
    }

    async function apply(yaml: string, ...words: string[]): Promise<string> {
      const file = join(folder, "rendered.yaml");
      await writeFile(file, yaml);
      return control("apply", "--validate=strict", "--warnings-as-errors", "-f", file, ...words);
    }

    async function control(...words: string[]): Promise<string> {
      const { stdout } = await promisify(execFile)(kubectl as string, ["--kubeconfig", kubeconfig, ...words]);
      return stdout;
    }
  });
});

/** A value other than the default. */
function sampleOf({ kind, variable, range, words }: Setting<unknown>): unknown {
  const samples: Readonly<Record<SettingKind, unknown>> = {
    address: "0.0.0.0:9191",
    duration: "P3D",
    flag: true,
    list: ["one", "two"],
    number: range?.most,
    path: "/var/lib/file",
    paths: ["/a", "/b"],
    percentage: "25 %",
    strftime: "%s",
    text: variable.endsWith("_KEY") ? "example.com/key" : "value",
    url: "https://example.com/ping",
    word: words?.at(-1),
  };
  return samples[kind];
}
