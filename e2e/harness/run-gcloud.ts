import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where gcloud is, what it works on, and where it may keep its settings. */
export interface Gcloud {
  readonly program: string;
  /** URL of the emulator. */
  readonly url: string;
  readonly project: string;
  readonly folder: string;
}

/**
 * Runs `gcloud compute` against an emulator, without credentials and questions.
 *
 * @returns the objects that it printed
 */
export async function runGcloudCompute(
  { program, url, project, folder }: Gcloud,
  ...command: string[]
): Promise<Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(program, ["compute", ...command, "--format", "json"], {
    env: {
      PATH: process.env["PATH"],
      CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${url}/compute/v1/`,
      CLOUDSDK_AUTH_DISABLE_CREDENTIALS: "true",
      CLOUDSDK_CONFIG: folder,
      CLOUDSDK_CORE_DISABLE_PROMPTS: "true",
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: "true",
      CLOUDSDK_CORE_PROJECT: project,
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: "true",
    },
  });
  return [JSON.parse(stdout || "[]")].flat();
}
