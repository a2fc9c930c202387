import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A certificate authority that nobody trusts by himself, and what it signed for the servers of tests. */
export interface PrivateAuthority extends AsyncDisposable {
  /** Path of its certificate, in PEM. */
  readonly file: string;
  readonly certificate: string;
  readonly server: { readonly cert: string; readonly key: string };
}

/** Names that the server's certificate is for. */
const names = "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:cloud.test,DNS:*.cloud.test";

/** Makes one anew, with openssl: no key is kept with the tests. */
export async function createPrivateAuthority(): Promise<PrivateAuthority> {
  const folder = await mkdtemp(join(tmpdir(), "authority-"));
  const openssl = (...parameters: string[]): Promise<unknown> =>
    promisify(execFile)("openssl", parameters, { cwd: folder });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await writeFile(join(folder, "names"), names);
  await openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=A private authority");
  await openssl("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=cloud.test");
  const signer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
  await openssl("x509", "-req", "-in", "server.csr", ...signer, "-extfile", "names", "-out", "server.crt");
  const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
  return {
    file: join(folder, "ca.crt"),
    certificate: await read("ca.crt"),
    server: { cert: await read("server.crt"), key: await read("server.key") },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
