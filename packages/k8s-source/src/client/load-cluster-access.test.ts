import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { KubeconfigError } from "./kubeconfig-error.ts";
import { loadClusterAccess } from "./load-cluster-access.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "k8s-source-"));
});

afterEach(() => removeFolder(folder));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
}

async function kubeconfig(parts: Parts = {}, file = join(folder, "config")): Promise<string> {
  const config = {
    "current-context": "here",
    contexts: [
      { name: "elsewhere", context: {} },
      { name: "here", context: { cluster: "c", user: "u", ...parts.context } },
    ],
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:6443", ...parts.cluster } }],
    users: [{ name: "u", user: parts.user ?? { token: "secret" } }],
  };
  await writeFile(file, stringify(config));
  return file;
}

async function serviceAccount(): Promise<string> {
  await writeFile(join(folder, "ca.crt"), "PEM");
  await writeFile(join(folder, "namespace"), "backups\n");
  await writeFile(join(folder, "token"), "first\n");
  return folder;
}

const accessOf = (...kubeconfigFiles: readonly string[]): Promise<ClusterAccess> =>
  loadClusterAccess({ kubeconfigFiles });

const base64 = (text: string) => Buffer.from(text).toString("base64");

test("a kubeconfig's current context says where, as whom and in which namespace", async () => {
  const access = await accessOf(
    await kubeconfig({
      context: { namespace: "backups" },
      cluster: {
        "certificate-authority-data": base64("CA"),
        "tls-server-name": "kubernetes",
        "insecure-skip-tls-verify": true,
        "proxy-url": "http://127.0.0.1:3128",
      },
      user: { "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY"), as: "somebody" },
    }),
  );
  expect(access).toMatchObject({
    server: "https://127.0.0.1:6443",
    namespace: "backups",
    certificateAuthority: "CA",
    tlsServerName: "kubernetes",
    skipTlsVerify: true,
    proxyUrl: "http://127.0.0.1:3128",
  });
  expect(await access.credentials()).toEqual({
    headers: { "impersonate-user": "somebody" },
    certificate: "CERT",
    key: "KEY",
  });
});

test("whoever is impersonated is so with uid, groups and all", async () => {
  const user = {
    token: "secret",
    as: "somebody",
    "as-uid": "1000",
    "as-groups": ["backup", "viewers"],
    "as-user-extra": { "Example.com/Scopes": ["a", "b"] },
  };
  expect((await (await accessOf(await kubeconfig({ user }))).credentials()).headers).toEqual({
    authorization: "Bearer secret",
    "impersonate-user": "somebody",
    "impersonate-uid": ["1000"],
    "impersonate-group": ["backup", "viewers"],
    "impersonate-extra-example.com%2Fscopes": ["a", "b"],
  });
  const wrong = await kubeconfig({ user: { ...user, "as-groups": "backup" } });
  await expect(accessOf(wrong)).rejects.toThrow("cannot be read");
});

test("files that a kubeconfig names are beside it", async () => {
  await writeFile(join(folder, "ca.pem"), "CA");
  await writeFile(join(folder, "cert.pem"), "CERT");
  const file = await kubeconfig({
    cluster: { "certificate-authority": "ca.pem" },
    user: { "client-certificate": join(folder, "cert.pem") },
  });
  const access = await accessOf(file);
  expect(access.certificateAuthority).toBe("CA");
  expect(await access.credentials()).toEqual({ headers: {}, certificate: "CERT" });
});

test.each([
  ["a token", { token: "secret" }, "Bearer secret"],
  ["a password", { username: "me", password: "secret" }, `Basic ${base64("me:secret")}`],
])("a user with %s sends it", async (_, user, authorization) => {
  const access = await accessOf(await kubeconfig({ user }));
  expect((await access.credentials()).headers).toEqual({ authorization });
});

test("a token file goes before a token, and is read anew after the token was refused", async () => {
  const file = await kubeconfig({ user: { token: "old", tokenFile: "token" } });
  const access = await accessOf(file);
  for (const token of ["first", "second"]) {
    await writeFile(join(folder, "token"), `${token}\n`);
    access.forget?.();
    expect((await access.credentials()).headers).toEqual({ authorization: `Bearer ${token}` });
  }
});

test("an API server is reached by plain HTTP too, as that of kubectl proxy is", async () => {
  const access = await accessOf(await kubeconfig({ cluster: { server: "http://127.0.0.1:8001" } }));
  expect(access.server).toBe("http://127.0.0.1:8001");
  expect((await access.credentials()).headers).toEqual({ authorization: "Bearer secret" });
});

test("of several kubeconfigs the first that has a name holds, and a missing one is passed over", async () => {
  const first = await kubeconfig({ cluster: { server: "https://first" } }, join(folder, "first"));
  const second = join(folder, "second");
  const other = { cluster: "other", user: "u" };
  await writeFile(
    second,
    stringify({
      "current-context": "there",
      contexts: [{ name: "there", context: other }],
      clusters: [
        { name: "c", cluster: { server: "https://second" } },
        { name: "other", cluster: { server: "https://other" } },
      ],
      users: [{ name: "u", user: { token: "of the second" } }],
    }),
  );
  const kubeconfigFiles = [join(folder, "gone"), first, second];
  expect(await loadClusterAccess({ kubeconfigFiles })).toMatchObject({
    server: "https://first",
    origin: `context here of ${kubeconfigFiles.join(", ")}`,
  });
  const there = await loadClusterAccess({ kubeconfigFiles, context: "there" });
  expect(there.server).toBe("https://other");
  expect((await there.credentials()).headers).toEqual({ authorization: "Bearer secret" });
  await expect(loadClusterAccess({ kubeconfigFiles, context: "nowhere" })).rejects.toThrow(
    'there is no context "nowhere"',
  );
});

test("a plugin is run, with what plugins rely on, and again after its credentials were refused", async () => {
  const plugin = join(folder, "plugin");
  const answer = '{"kind":"ExecCredential","status":{"token":"%s"}}';
  await writeFile(
    plugin,
    `#!/bin/sh\ntest -n "$KUBERNETES_EXEC_INFO" || exit 1\necho run >> "${folder}/runs"\nprintf '${answer}' "$(wc -l < "${folder}/runs" | tr -d ' ')"\n`,
  );
  await chmod(plugin, 0o700);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" };
  const access = await accessOf(await kubeconfig({ user: { exec } }));
  expect((await access.credentials()).headers).toEqual({ authorization: "Bearer 1" });
  expect((await access.credentials()).headers).toEqual({ authorization: "Bearer 1" });
  access.forget?.();
  expect((await access.credentials()).headers).toEqual({ authorization: "Bearer 2" });
});

test.each([
  ["is no YAML", "a: [", "cannot be read"],
  ["chooses no context", "contexts: []", "no context is chosen"],
  ["chooses a context that it lacks", "current-context: gone", 'there is no context "gone"'],
  [
    "names no server",
    "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters: [{name: k, cluster: {}}]\nusers: [{name: u, user: {}}]",
    'there is no cluster "k" with a server',
  ],
])("a kubeconfig that %s is refused, by name", async (_, content, problem) => {
  const file = join(folder, "config");
  await writeFile(file, content);
  const error = await accessOf(file).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KubeconfigError);
  expect(String(error)).toContain(`kubeconfig ${file}: ${problem}`);
});

test("the service account's token is read anew after it was refused", async () => {
  const access = await loadClusterAccess({ serviceHost: "10.0.0.1", serviceAccountFolder: await serviceAccount() });
  expect(access).toMatchObject({ server: "https://10.0.0.1:443", namespace: "backups", certificateAuthority: "PEM" });
  expect((await access.credentials()).headers).toEqual({ authorization: "Bearer first" });
  await writeFile(join(folder, "token"), "second");
  access.forget?.();
  expect((await access.credentials()).headers).toEqual({ authorization: "Bearer second" });
});

test("a service at an IPv6 address is put in brackets", async () => {
  const serviceAccountFolder = await serviceAccount();
  const access = await loadClusterAccess({ serviceHost: "fd00::1", servicePort: "6443", serviceAccountFolder });
  expect(access.server).toBe("https://[fd00::1]:6443");
});

test("the file that is named goes before ~/.kube/config, and that before the service account", async () => {
  const serviceAccountFolder = await serviceAccount();
  await mkdir(join(folder, "home", ".kube"), { recursive: true });
  const homeFolder = join(folder, "home");
  const all = { homeFolder, serviceHost: "10.0.0.1", serviceAccountFolder };

  expect((await loadClusterAccess(all)).server).toBe("https://10.0.0.1:443");
  await kubeconfig({ cluster: { server: "https://home" } }, join(homeFolder, ".kube", "config"));
  expect((await loadClusterAccess(all)).server).toBe("https://home");
  const named = await kubeconfig({ cluster: { server: "https://named" } });
  expect((await loadClusterAccess({ ...all, kubeconfigFiles: [named] })).server).toBe("https://named");
  const gone = { ...all, kubeconfigFiles: [join(folder, "gone")] };
  await expect(loadClusterAccess(gone)).rejects.toThrow("cannot be read");
});

test("without any of them it says what to set", async () => {
  await expect(loadClusterAccess({ homeFolder: folder })).rejects.toThrow("this is no pod: set KUBECONFIG");
  await expect(loadClusterAccess({ serviceHost: "10.0.0.1", context: "prod" })).rejects.toThrow(
    "context prod would be",
  );
});
