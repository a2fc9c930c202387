import {
  type AuthClient,
  Compute,
  ExternalAccountClient,
  Impersonated,
  JWT,
  OAuth2Client,
  UserRefreshClient,
} from "google-auth-library";
import { describe, expect, test } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { identityOf } from "./gce-identity.ts";

const federated = {
  type: "external_account",
  audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: "https://sts.googleapis.com/v1/token",
  credential_source: { file: "/token" },
};
const impersonation =
  "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/backup@p.iam.gserviceaccount.com";

test.each<[string, AuthClient | null]>([
  [
    "service account backup@p.iam.gserviceaccount.com, by its key",
    new JWT({ email: "backup@p.iam.gserviceaccount.com" }),
  ],
  [
    "service account backup@p.iam.gserviceaccount.com, by impersonation",
    new Impersonated({ sourceClient: new OAuth2Client(), targetPrincipal: "backup@p.iam.gserviceaccount.com" }),
  ],
  [
    "service account backup@p.iam.gserviceaccount.com, by workload identity federation",
    ExternalAccountClient.fromJSON({
      ...federated,
      service_account_impersonation_url: `${impersonation}:generateAccessToken`,
    }),
  ],
  ["a federated identity of its own, by workload identity federation", ExternalAccountClient.fromJSON(federated)],
  ["a user, by gcloud's application default credentials", new UserRefreshClient()],
  ["nobody: the endpoint is not Google's, and requests to it are not signed", new OAuth2Client()],
  ["service account of a name that cannot be shown, by its key", new JWT({ email: "a\u001b[31m@b" })],
])("the credentials are those of %s", async (who, client) => {
  expect(await identityOf(client as AuthClient, undefined, undefined)).toBe(who);
});

describe("where the metadata server gives the token", () => {
  const by = "by the metadata server (the node's account, or the pod's by GKE Workload Identity)";

  test.each([
    ["backup@p.iam.gserviceaccount.com", `service account backup@p.iam.gserviceaccount.com, ${by}`],
    ["p.svc.id.goog", "the pod's Kubernetes service account, by GKE Workload Identity (pool p.svc.id.goog)"],
    ["", `the default service account, ${by}`],
  ])("it says whose it is: %j", async (email, who) => {
    const server = await startLoopbackServer((_, response) =>
      response.writeHead(200, { "metadata-flavor": "Google" }).end(email),
    );
    expect(await identityOf(new Compute(), server.url, undefined)).toBe(who);
    expect(server.requests[0]?.path).toBe("/computeMetadata/v1/instance/service-accounts/default/email");
  });

  test("and where it must not be asked, nobody does", async () => {
    expect(await identityOf(new Compute(), undefined, undefined)).toBe(`the default service account, ${by}`);
  });
});
