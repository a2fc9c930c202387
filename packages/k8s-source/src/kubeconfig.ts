import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ClusterAccess, ClusterCredentials } from "./cluster-access.ts";
import { pluginCredentials } from "./plugin-credentials.ts";

/**
 * The access that the current context of a kubeconfig file gives.
 *
 * @throws {KubeconfigError} if the file cannot be read, or does not name a cluster and a user
 * @see {@link https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/}
 */
export async function kubeconfigAccess(file: string): Promise<ClusterAccess> {
  const config = await readConfig(file);
  const context = named(config["contexts"], config["current-context"], "context", file);
  const cluster = named(config["clusters"], context["cluster"], "cluster", file);
  const user = named(config["users"], context["user"], "user", file);
  const server = text(cluster["server"]);
  if (server === undefined) throw new KubeconfigError(file, "the cluster has no server");

  const folder = dirname(file);
  return defined({
    server,
    origin: `context ${String(config["current-context"])} of ${file}`,
    namespace: text(context["namespace"]),
    certificateAuthority: await dataOrFile(cluster, "certificate-authority", folder),
    tlsServerName: text(cluster["tls-server-name"]),
    skipTlsVerify: cluster["insecure-skip-tls-verify"] === true,
    proxyUrl: text(cluster["proxy-url"]),
    ...(user["exec"] || user["auth-provider"]
      ? pluginCredentials(file)
      : { credentials: await userCredentials(user, folder) }),
  });
}

/** A kubeconfig file that is of no use. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`kubeconfig ${file}: ${problem}`, options);
  }
}

type Fields = Readonly<Record<string, unknown>>;

async function readConfig(file: string): Promise<Fields> {
  const { parse } = await import("./yaml-format.ts");
  try {
    return fields(parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new KubeconfigError(file, "cannot be read", { cause: error });
  }
}

/** An entry of `contexts`, `clusters` or `users`: `{name, KIND: {…}}`. */
function named(list: unknown, name: unknown, kind: string, file: string): Fields {
  const entries: unknown[] = Array.isArray(list) ? list : [];
  const entry = entries.map(fields).find((candidate) => candidate["name"] === name);
  if (entry !== undefined && name !== undefined) return fields(entry[kind]);
  const problem = name ? `there is no ${kind} ${JSON.stringify(name)}` : `no ${kind} is chosen`;
  throw new KubeconfigError(file, `${problem}; "kubectl config view" shows what there is`);
}

async function userCredentials(user: Fields, folder: string): Promise<() => Promise<ClusterCredentials>> {
  const certificate = await dataOrFile(user, "client-certificate", folder);
  const key = await dataOrFile(user, "client-key", folder);
  const tokenFile = text(user["tokenFile"]);
  const fixed = text(user["token"]);
  const username = text(user["username"]);
  const basic = username && Buffer.from(`${username}:${text(user["password"]) ?? ""}`).toString("base64");
  const impersonated = text(user["as"]);
  return async () => {
    const token = tokenFile === undefined ? fixed : (await readFile(resolve(folder, tokenFile), "utf8")).trim();
    const authorization = token ? `Bearer ${token}` : basic ? `Basic ${basic}` : undefined;
    const headers = defined({ authorization, "impersonate-user": impersonated });
    return defined({ headers, certificate, key });
  };
}

/** `NAME-data` in Base64, or the file `NAME`, relative to the kubeconfig. */
async function dataOrFile(from: Fields, name: string, folder: string): Promise<string | undefined> {
  const data = text(from[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const path = text(from[name]);
  return path === undefined ? undefined : await readFile(resolve(folder, path), "utf8");
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Without the fields that are undefined. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
