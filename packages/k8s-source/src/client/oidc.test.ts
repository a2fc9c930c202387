import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { startLoopbackServer } from "../../../../test-support/loopback-server.ts";
import { createPrivateAuthority, type PrivateAuthority } from "../../../../test-support/private-authority.ts";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { loadClusterAccess } from "./load-cluster-access.ts";

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Nobody here looks at the signature: the API server does. */
function idToken(issuer: string, expiresInSeconds: number): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: issuer, sub: "me", aud: "kubernetes", iat: now, exp: now + expiresInSeconds };
  return `${encoded({ alg: "RS256" })}.${encoded(claims)}.${Buffer.from("signature").toString("base64url")}`;
}

/** A provider that gives a token of an hour for the refresh token `again`. */
async function startIssuer({
  server: tls,
}: PrivateAuthority): Promise<{ readonly url: string; readonly fresh: string }> {
  let fresh = "";
  const issuer = await startLoopbackServer(
    ({ path, body }, response) => {
      response.setHeader("content-type", "application/json");
      const token = {
        access_token: "a",
        token_type: "bearer",
        refresh_token: "again",
        expires_in: 3_600,
        id_token: fresh,
      };
      const isRefresh = path === "/token" && new URLSearchParams(body).get("refresh_token") === "again";
      response.statusCode = path === "/token" && !isRefresh ? 400 : 200;
      response.end(
        JSON.stringify(path === "/token" ? token : { issuer: issuer.url, token_endpoint: `${issuer.url}/token` }),
      );
    },
    { tls },
  );
  fresh = idToken(issuer.url, 3_600);
  return { url: issuer.url, fresh };
}

test.each([
  ["that holds is sent as it is", 3_600],
  ["that has run out is replaced by what the provider gives for the refresh token", -60],
])("an OpenID Connect token %s", async (_, expiresInSeconds) => {
  await using authority = await createPrivateAuthority();
  const trusted = getCACertificates();
  // As NODE_EXTRA_CA_CERTS does for a whole process.
  setDefaultCACertificates([...trusted, authority.certificate]);
  onTestFinished(() => setDefaultCACertificates(trusted));
  const issuer = await startIssuer(authority);
  const folder = await mkdtemp(join(tmpdir(), "oidc-"));
  onTestFinished(() => removeFolder(folder));
  const held = idToken(issuer.url, expiresInSeconds);
  const config = {
    "idp-issuer-url": issuer.url,
    "idp-certificate-authority": authority.file,
    "client-id": "kubernetes",
    "client-secret": "secret",
    "refresh-token": "again",
    "id-token": held,
  };
  const file = join(folder, "config");
  const kubeconfig = {
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:6443" } }],
    users: [{ name: "u", user: { "auth-provider": { name: "oidc", config } } }],
  };
  await writeFile(file, JSON.stringify(kubeconfig));
  const access = await loadClusterAccess({ kubeconfigFiles: [file] });
  const expected = expiresInSeconds > 0 ? held : issuer.fresh;
  expect((await access.credentials()).headers).toEqual({ authorization: `Bearer ${expected}` });
});
