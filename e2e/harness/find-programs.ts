import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findKubernetesBinaries, type KubernetesBinaries } from "./kubernetes-binaries.ts";
import { findOperatorDefinitions } from "./operator-definitions.ts";
import { findGodo } from "./run-godo.ts";
import { findHelm } from "./run-helm.ts";

/** The programs that the end-to-end tests run, as far as they are on this machine. */
export interface Programs {
  readonly kubernetes?: KubernetesBinaries;
  readonly kubectl?: string;
  readonly aws?: string;
  readonly motoServer?: string;
  readonly gcloud?: string;
  readonly restic?: string;
  /** With promtool, of the same package. */
  readonly prometheus?: string;
  /** What speaks to DigitalOcean through the vendor's Go library. */
  readonly godo?: string;
  readonly helm?: string;
  /** The folder of the Prometheus Operator's definitions. */
  readonly operatorDefinitions?: string;
  /** Where the browser is. */
  readonly chromium?: string;
  /** The name of an image that was built here, for podman. */
  readonly image?: string;
}

/** What was looked for, and what came of it. */
export interface Finding {
  readonly name: string;
  /** Where it is, or what to do. */
  readonly detail: string;
  readonly found: boolean;
}

/** Looks for all programs; a kube-apiserver that is not there is built, if it can be. */
export async function findPrograms(): Promise<{ programs: Programs; findings: Finding[] }> {
  const [kubernetes, kubectl, aws, motoServer, gcloud, restic, prometheus, godo, helm, operator, browser, image] =
    await Promise.all([
      findKubernetesBinaries(),
      findCommand("kubectl", ["version", "--client"], "install kubectl 1.32 or later"),
      findCommand("aws", ["--version"], "install the AWS command line: pip install awscli"),
      findCommand("moto_server", ["--help"], "install moto: pip install 'moto[ec2,server]'"),
      findCommand("gcloud", ["--version"], "install the Google Cloud command line, package google-cloud-cli"),
      findCommand("restic", ["version"], "install restic, package restic"),
      findCommand("prometheus", ["--version"], "install Prometheus, with promtool: package prometheus"),
      findGodo(),
      findHelm(),
      findOperatorDefinitions(),
      findChromium(),
      findImage(),
    ]);
  const programs: Programs = {
    ...("kubeApiserver" in kubernetes ? { kubernetes } : {}),
    ...(kubectl.found ? { kubectl: kubectl.name } : {}),
    ...(aws.found ? { aws: aws.name } : {}),
    ...(motoServer.found ? { motoServer: motoServer.name } : {}),
    ...(gcloud.found ? { gcloud: gcloud.name } : {}),
    ...(restic.found ? { restic: restic.name } : {}),
    ...(prometheus.found ? { prometheus: prometheus.name } : {}),
    ...("program" in godo ? { godo: godo.program } : {}),
    ...("program" in helm ? { helm: helm.program } : {}),
    ...("folder" in operator ? { operatorDefinitions: operator.folder } : {}),
    ...(browser.found ? { chromium: browser.detail } : {}),
    ...(image.found ? { image: image.detail } : {}),
  };
  const server: Finding =
    "kubeApiserver" in kubernetes
      ? { name: "kube-apiserver", detail: kubernetes.kubeApiserver, found: true }
      : { name: "kube-apiserver", detail: kubernetes.missing, found: false };
  const fetched = [findingOf("godo", godo), findingOf("helm", helm), findingOf("prometheus-operator", operator)];
  return {
    programs,
    findings: [server, kubectl, aws, motoServer, gcloud, restic, prometheus, ...fetched, browser, image],
  };
}

function findingOf(
  name: string,
  result: { readonly missing: string } | { readonly program: string } | { readonly folder: string },
): Finding {
  if ("missing" in result) return { name, detail: result.missing, found: false };
  return { name, detail: "program" in result ? result.program : result.folder, found: true };
}

const CHROMIUM = "/usr/bin/chromium";

async function findChromium(): Promise<Finding> {
  const found = await findCommand(CHROMIUM, ["--version"], "install Chromium, package chromium");
  return { name: "chromium", detail: found.found ? CHROMIUM : found.detail, found: found.found };
}

/** Named by `TEST_IMAGE`, so that nobody tests one that was built from something else. */
async function findImage(): Promise<Finding> {
  const name = process.env["TEST_IMAGE"] ?? "";
  if (name === "") {
    return { name: "image", detail: "build it with e2e/image/build.sh, and set TEST_IMAGE to its name", found: false };
  }
  const found = await findCommand("podman", ["image", "exists", name], "install podman, or build the image");
  return { name: "image", detail: found.found ? name : found.detail, found: found.found };
}

async function findCommand(name: string, probe: readonly string[], advice: string): Promise<Finding> {
  try {
    await promisify(execFile)(name, [...probe], { timeout: 60_000 });
    return { name, detail: "on the PATH", found: true };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { name, detail: isAbsent ? advice : `${(error as Error).message.split("\n")[0]}; ${advice}`, found: false };
  }
}
