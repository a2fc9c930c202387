import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { parse } from "../crd/yaml-format.ts";
import { type ImpersonatingUser, impersonationHeaders, impersonations } from "./impersonation.ts";
import { KubeconfigError } from "./kubeconfig-error.ts";

/**
 * Reads kubeconfig files as kubectl does: of several entries with one name the first holds, and the first file that
 * chooses a context chooses it. Of several files some may be missing.
 *
 * @param context - takes precedence over what the files choose
 * @throws {KubeconfigError} if a file cannot be read, or the context does not lead to a cluster and a user
 * @see {@link https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files}
 */
export function readKubeconfig(files: readonly string[], context?: string): KubeConfig {
  const present = files.filter((file) => existsSync(file));
  const [first = readFile(files.join(", ")), ...others] = present.map(readFile);
  for (const other of others) merge(first, other);
  if (context !== undefined) first.setCurrentContext(context);
  check(first, files.join(", "));
  return first;
}

function readFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    // Other contexts of the file are none of ours, broken ones least of all.
    const content = readFileSync(file, "utf8");
    config.loadFromString(content, { onInvalidEntry: "filter" });
    config.makePathsAbsolute(dirname(file));
    for (const { name, user } of usersOf(content)) {
      const found = config.getUser(name);
      if (found === null) continue;
      if (user?.tokenFile) readTokenFrom(found, resolve(dirname(file), user.tokenFile));
      const impersonation = impersonationHeaders(user);
      if (impersonation !== undefined) impersonations.set(found, impersonation);
    }
  } catch (error) {
    throw new KubeconfigError(file, "cannot be read", { cause: error });
  }
  for (const { exec, authProvider } of config.getUsers()) {
    if (authProvider?.name === "oidc") mendProvider(authProvider.config);
    // kubectl sets it, the client does not, and some plugins insist.
    if (exec) exec.env = [...(exec.env ?? []), execInfo(exec)];
  }
  return config;
}

interface UserEntry {
  readonly name: string;
  readonly user?: ImpersonatingUser & { readonly tokenFile?: string };
}

/** The client reads a token file only if it is spelled `token-file`, which no kubeconfig has, and only once. */
function usersOf(content: string): readonly UserEntry[] {
  const { users } = parse(content) as { readonly users?: unknown };
  return Array.isArray(users) ? (users as readonly UserEntry[]) : [];
}

/**
 * So that tokens are renewed: the client hands the issuer on as a text, where openid-client takes nothing but a URL; and what it
 * does for an authority of the provider's own answers with what openid-client refuses. Such an authority has to be in
 * `NODE_EXTRA_CA_CERTS`.
 */
function mendProvider(config: Record<string, unknown> = {}): void {
  const issuer = URL.parse(`${config["idp-issuer-url"]}`);
  if (issuer !== null) config["idp-issuer-url"] = issuer;
  delete config["idp-certificate-authority"];
  delete config["idp-certificate-authority-data"];
}

/** As a pod's token is read: again after a minute. It takes precedence over a token in the file. */
function readTokenFrom(user: User, tokenFile: string): void {
  Object.assign(user, { token: undefined, authProvider: { name: "tokenFile", config: { tokenFile } } });
}

/** The client would refuse a name that is there twice. */
function merge(into: KubeConfig, other: KubeConfig): void {
  for (const cluster of other.getClusters()) if (into.getCluster(cluster.name) === null) into.addCluster(cluster);
  for (const user of other.getUsers()) if (into.getUser(user.name) === null) into.addUser(user);
  for (const context of other.getContexts()) {
    if (into.getContextObject(context.name) === null) into.addContext(context);
  }
  if (!into.getCurrentContext()) into.setCurrentContext(other.getCurrentContext());
}

function check(config: KubeConfig, where: string): void {
  const name = config.getCurrentContext();
  const context = name ? config.getContextObject(name) : null;
  const shows = '"kubectl config view" shows what there is';
  if (context === null) {
    throw new KubeconfigError(where, `${name ? `there is no context "${name}"` : "no context is chosen"}; ${shows}`);
  }
  if (config.getCurrentCluster() === null) {
    throw new KubeconfigError(where, `there is no cluster "${context.cluster}" with a server; ${shows}`);
  }
  if (config.getCurrentUser() === null) {
    throw new KubeconfigError(where, `there is no user "${context.user}"; ${shows}`);
  }
}

/** @see {@link https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats} */
function execInfo(exec: { readonly apiVersion?: string }): { name: string; value: string } {
  const info = { kind: "ExecCredential", apiVersion: exec.apiVersion, spec: { interactive: false } };
  return { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) };
}
