import { type ExecFileException, execFile } from "node:child_process";
import querystring from "node:querystring";
import { BackendError, IDEMPOTENCY_KEY_LABEL, type Labels, type Snapshot } from "@k8s-snapshots/backend-api";

/** One repository is one location. */
export const LOCATION = "repository";

/** Holds the path, encoded, as tags hold no comma: restic itself notes where symbolic links lead. */
const DISK_LABEL = "k8s-snapshots/disk";

/** As `restic snapshots --json` prints it. */
interface ResticSnapshot {
  readonly id: string;
  readonly time: string;
  readonly paths: readonly string[];
  readonly tags?: readonly string[];
}

/** The restic program, with the repository and password that its own variables name. Rejects with a BackendError. */
export class Restic {
  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  async list(labels: Labels, signal?: AbortSignal): Promise<Snapshot[]> {
    return (await this.#list(labels, signal)).map(toSnapshot);
  }

  /** From within the directory: of a symbolic link restic would keep the link alone. */
  async backUp(directory: string, labels: Labels, signal?: AbortSignal): Promise<void> {
    const tags = toTags({ ...labels, [DISK_LABEL]: encodeURIComponent(directory) }).flatMap((tag) => ["--tag", tag]);
    await this.#run(["backup", "--json", "--host", "k8s-snapshots", ...tags, "."], signal, directory);
  }

  /** What is not there is forgotten already. `restic prune` frees the space. */
  async forget(id: string, signal?: AbortSignal): Promise<void> {
    const made = await this.#list({ [IDEMPOTENCY_KEY_LABEL]: id }, signal);
    if (made.length > 0) await this.#run(["forget", ...made.map((each) => each.id)], signal);
  }

  async #list(labels: Labels, signal?: AbortSignal): Promise<ResticSnapshot[]> {
    const tags = toTags(labels).join(",");
    return JSON.parse(await this.#run(["snapshots", "--no-lock", "--json", "--tag", tags], signal)) ?? [];
  }

  /** The password goes by the environment: arguments are for all to see. */
  #run(command: readonly string[], signal?: AbortSignal, cwd?: string): Promise<string> {
    const options = { env: this.environment, maxBuffer: 2 ** 30, killSignal: "SIGINT", signal, cwd } as const;
    return new Promise((resolve, reject) => {
      execFile("restic", command, options, (error, output, errors) =>
        error === null ? resolve(output) : reject(toBackendError(error, command[0] ?? "", errors)),
      );
    });
  }
}

function toTags(labels: Labels): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}

function toSnapshot({ id, time, paths: [path = ""], tags = [] }: ResticSnapshot): Snapshot {
  const pairs = tags.map((tag) => [tag.replace(/=.*/, ""), tag.replace(/^[^=]*=/, "")]);
  const { [DISK_LABEL]: disk = encodeURIComponent(path), ...labels } = Object.fromEntries(pairs);
  const [ownId, diskId, createdAt] = [labels[IDEMPOTENCY_KEY_LABEL] ?? id, querystring.unescape(disk), new Date(time)];
  const state = diskId === "" || Number.isNaN(createdAt.getTime()) ? "unknown" : "ready";
  return { id: ownId, location: LOCATION, diskId, createdAt, state, labels };
}

function toBackendError(error: ExecFileException, command: string, errors: string): BackendError {
  const said = `restic ${command}: ${errors.trim().split("\n")[0] || error.message}`;
  if (error.name === "AbortError") return new BackendError("aborted", said);
  if (/wrong password|no key found|empty password/.test(errors)) {
    return new BackendError("unauthenticated", `${said}: see RESTIC_PASSWORD or RESTIC_PASSWORD_FILE`);
  }
  if (error.code === "ENOENT" || /unable to open config file|specify repository/.test(errors)) {
    const advice = "install restic, see RESTIC_REPOSITORY, and run restic init";
    return new BackendError("invalid", `${said}: ${advice}`, { scope: "location" });
  }
  return new BackendError("unavailable", said, { outcome: "unknown" });
}
