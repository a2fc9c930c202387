/** A program that signs a file, and the file that it leaves. */
export interface Signer {
  readonly program: string;
  readonly words: readonly string[];
  readonly signature: string;
}

/**
 * How to sign a file with the keys that the environment names: a key file of cosign or minisign, a key of gpg's ring; without
 * a key, nothing is signed.
 */
export function signersFor(file: string, environment: Readonly<Record<string, string | undefined>>): readonly Signer[] {
  const { COSIGN_KEY, MINISIGN_KEY_FILE, RELEASE_GPG_KEY } = environment;
  const signers: Signer[] = [];
  if (COSIGN_KEY) {
    const signature = `${file}.cosign.bundle`;
    signers.push({
      program: "cosign",
      words: ["sign-blob", "--yes", "--key", COSIGN_KEY, "--bundle", signature, file],
      signature,
    });
  }
  if (MINISIGN_KEY_FILE) {
    const signature = `${file}.minisig`;
    signers.push({
      program: "minisign",
      words: ["-S", "-s", MINISIGN_KEY_FILE, "-m", file, "-x", signature],
      signature,
    });
  }
  if (RELEASE_GPG_KEY) {
    const signature = `${file}.asc`;
    const words = [
      "--batch",
      "--yes",
      "--local-user",
      RELEASE_GPG_KEY,
      "--armor",
      "--detach-sign",
      "--output",
      signature,
    ];
    signers.push({ program: "gpg", words: [...words, file], signature });
  }
  return signers;
}
