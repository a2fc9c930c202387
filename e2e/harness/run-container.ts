import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What podman says of an image. */
export interface ImageFacts {
  readonly bytes: number;
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** @param image - its name */
export async function imageFacts(image: string): Promise<ImageFacts> {
  const { stdout } = await podman("image", "inspect", image);
  const [facts] = JSON.parse(stdout) as [{ Size: number; User: string; Labels: Record<string, string> }];
  return { bytes: facts.Size, user: facts.User, labels: facts.Labels };
}

/** A container that runs as a cluster would run it: nothing to write to, no capabilities, no new privileges. */
export class Container {
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  /**
   * @param environment - of its program
   * @param folders - to mount, read-only, by the path inside
   */
  static async start(
    image: string,
    environment: Readonly<Record<string, string>>,
    folders: Readonly<Record<string, string>>,
  ): Promise<Container> {
    const name = `k8s-snapshots-${process.pid}`;
    const variables = Object.entries(environment).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]);
    const mounts = Object.entries(folders).flatMap(([path, folder]) => ["--volume", `${folder}:${path}:ro`]);
    const limits = ["--ulimit", "nofile=20000:20000", "--ulimit", "nproc=5000:5000"];
    const jail = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges"];
    const options = ["--detach", "--name", name, "--network=host", ...jail, ...limits, ...variables, ...mounts];
    await podman("run", ...options, image);
    return new Container(name);
  }

  /** Runs a command inside. @throws if it fails */
  async execute(...words: string[]): Promise<string> {
    const { stdout } = await podman("exec", this.#name, ...words);
    return stdout;
  }

  /** What its program has written. */
  async log(): Promise<string> {
    const { stdout, stderr } = await podman("logs", this.#name);
    return `${stdout}${stderr}`;
  }

  async isRunning(): Promise<boolean> {
    return (await this.#inspect("{{.State.Running}}")) === "true";
  }

  /** Resident set of its first process, in bytes. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${await this.#inspect("{{.State.Pid}}")}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** When its program was started, in milliseconds since 1970. */
  async startedAt(): Promise<number> {
    return Date.parse(await this.#inspect('{{.State.StartedAt.Format "2006-01-02T15:04:05.000Z07:00"}}'));
  }

  /** Sends SIGTERM, and SIGKILL 20 s later. @returns the exit code */
  async stop(): Promise<number> {
    await podman("stop", "--time", "20", this.#name);
    return Number(await this.#inspect("{{.State.ExitCode}}"));
  }

  async remove(): Promise<void> {
    await podman("rm", "--force", this.#name);
  }

  async #inspect(format: string): Promise<string> {
    const { stdout } = await podman("container", "inspect", "--format", format, this.#name);
    return stdout.trim();
  }
}

/** A container of a pod, as a manifest has it. */
export interface PodContainer {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/**
 * Runs an init container to its end, as a kubelet would: without rights, and with nothing to write to but its volumes.
 *
 * @param user - such as `65532:65532`
 * @param folders - of the machine, by the path inside; an emptyDir is one that anybody may write to
 * @throws if it fails
 */
export async function runToItsEnd(
  { image, command = [], args = [], env = [] }: PodContainer,
  user: string,
  folders: Readonly<Record<string, string>>,
): Promise<void> {
  const variables = env.flatMap(({ name, value }) => ["--env", `${name}=${value}`]);
  const mounts = Object.entries(folders).flatMap(([path, folder]) => ["--volume", `${folder}:${path}`]);
  const jail = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges"];
  const limits = ["--ulimit", "nofile=20000:20000", "--ulimit", "nproc=5000:5000"];
  const [entrypoint, ...rest] = command;
  const start = entrypoint === undefined ? [] : ["--entrypoint", entrypoint];
  const options = ["--rm", "--network=none", "--user", user, ...jail, ...limits, ...variables, ...mounts, ...start];
  await podman("run", ...options, image, ...rest, ...args);
}

/** `runc` and no systemd: what works also inside a virtual machine of CI. */
function podman(...words: string[]): Promise<{ stdout: string; stderr: string }> {
  return run("podman", ["--cgroup-manager=cgroupfs", "--runtime=runc", ...words], { timeout: 60_000 });
}
