import { generateKeyPairSync } from "node:crypto";
import { describeSurroundings } from "../../../test-support/cloud-surroundings.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
// Signs its tokens by itself, so that no token server is asked.
const key = {
  type: "service_account",
  project_id: "a-project",
  client_email: "snapshots@a-project.iam.example.com",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
  universe_domain: "example.goog",
};

describeSurroundings({
  entry: new URL("../src/index.ts", import.meta.url),
  location: "a-project",
  environment: (url) => ({
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: url,
    GCLOUD_CREDENTIALS_FILE: JSON.stringify(key),
    METADATA_SERVER_DETECTION: "none",
  }),
  answer: (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"kind": "compute#snapshotList"}');
  },
});
