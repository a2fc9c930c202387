import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { AuditLog } from "./audit-log.ts";
import { ChildProgram } from "./child-program.ts";
import { Etcd } from "./etcd.ts";
import { freePort } from "./free-port.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { KubernetesBinaries } from "./kubernetes-binaries.ts";
import { waitUntil } from "./wait-until.ts";

/** Whom the API server knows besides the administrator, and how bare it is. */
export interface KubeApiserverOptions {
  /** Users without any right but what RBAC objects give them. Default: none. */
  readonly users?: readonly string[];
}

/** The administrator's user name. */
export const administrator = "administrator";

/**
 * Starts etcd and a kube-apiserver on free ports, in a folder of their own, and waits until they are ready: some four
 * seconds. No controller runs: nobody binds claims, reaps namespaces or takes away finalizers; so the admission plugin
 * that sets the finalizers of volumes and claims is off.
 *
 * @throws {Error} if they do not get ready; with the end of the log
 */
export async function startKubeApiserver(
  binaries: KubernetesBinaries,
  { users = [] }: KubeApiserverOptions = {},
): Promise<KubeApiserver> {
  const folder = await mkdtemp(join(tmpdir(), "kube-apiserver-"));
  const tokens = new Map([administrator, ...users].map((user) => [user, randomBytes(16).toString("hex")]));
  const rows = [...tokens].map(
    ([user, token]) => `${token},${user},${user},${user === administrator ? '"system:masters"' : ""}`,
  );
  await writeFile(join(folder, "tokens.csv"), `${rows.join("\n")}\n`);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(join(folder, "service-account.pem"), privateKey.export({ type: "pkcs1", format: "pem" }));
  const etcd = await Etcd.start(binaries.etcd, folder);
  const audit = await AuditLog.create(folder);
  const server = new KubeApiserver(binaries.kubeApiserver, folder, await freePort(), etcd, tokens, audit);
  await server.startApiServer().catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return server;
}

/** A running kube-apiserver. */
export class KubeApiserver {
  readonly audit: AuditLog;
  readonly #command: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #etcd: Etcd;
  readonly #tokens: ReadonlyMap<string, string>;
  #program: ChildProgram | undefined;

  /** Use {@link startKubeApiserver}. */
  constructor(
    command: string,
    folder: string,
    port: number,
    etcd: Etcd,
    tokens: ReadonlyMap<string, string>,
    audit: AuditLog,
  ) {
    this.#command = command;
    this.#folder = folder;
    this.#port = port;
    this.#etcd = etcd;
    this.#tokens = tokens;
    this.audit = audit;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** The server's own certificate authority, as a PEM file. */
  get caFile(): string {
    return join(this.#folder, "certificates", "apiserver.crt");
  }

  /** The bearer token of the administrator, or of a user named at the start. */
  token(user: string = administrator): string {
    const token = this.#tokens.get(user);
    if (token === undefined) throw new Error(`${user} was not among the users that the API server was started with`);
    return token;
  }

  /** Writes a kubeconfig file for a user and returns its path; it is gone with the server. */
  async kubeconfig(user: string = administrator): Promise<string> {
    const path = join(this.#folder, `kubeconfig-${user}.json`);
    await writeKubeconfig(path, { server: this.url, caFile: this.caFile, user, token: this.token(user) });
    return path;
  }

  /** Ends the API server at once; its data stay with etcd. */
  async stopApiServer(): Promise<void> {
    await this.#program?.kill();
    this.#program = undefined;
  }

  /** Starts the API server (again), on the same port and with the same data, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    const program = new ChildProgram(this.#command, this.#options(), join(this.#folder, "kube-apiserver.log"));
    this.#program = program;
    const explain = (): string => `kube-apiserver did not get ready within 60 s: ${program.lastWords}`;
    await waitUntil(async () => !program.isRunning || (await this.#isReady()), explain);
    if (!program.isRunning) throw new Error(`kube-apiserver ended: ${program.lastWords}`);
  }

  /** Forgets all changes so far; the API server keeps some of them in memory, and is started anew. */
  async forgetHistory(): Promise<void> {
    await this.#etcd.compact();
    await this.stopApiServer();
    await this.startApiServer();
  }

  /** Ends both programs and removes their folder. */
  async stop(): Promise<void> {
    await this.stopApiServer();
    await this.#etcd.stop();
    await removeFolder(this.#folder);
  }

  #options(): string[] {
    const key = join(this.#folder, "service-account.pem");
    const options = {
      "etcd-servers": this.#etcd.url,
      "secure-port": this.#port,
      "bind-address": "127.0.0.1",
      "cert-dir": join(this.#folder, "certificates"),
      "service-account-key-file": key,
      "service-account-signing-key-file": key,
      "service-account-issuer": "https://kubernetes.default.svc",
      "authorization-mode": "RBAC",
      "token-auth-file": join(this.#folder, "tokens.csv"),
      "service-cluster-ip-range": "10.0.0.0/24",
      "disable-admission-plugins": "ServiceAccount,StorageObjectInUseProtection",
      ...this.audit.options,
    };
    return Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  }

  async #isReady(): Promise<boolean> {
    const ca = await readFile(this.caFile);
    const headers = { authorization: `Bearer ${this.token()}` };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}/readyz`, { ca, headers, agent: false, timeout: 5000 }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      asked.on("error", reject);
      asked.on("timeout", () => asked.destroy(new Error("no answer within 5 s")));
      asked.end();
    });
  }
}
