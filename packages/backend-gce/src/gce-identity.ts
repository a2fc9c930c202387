import {
  type AuthClient,
  BaseExternalAccountClient,
  Compute,
  ExternalAccountAuthorizedUserClient,
  Impersonated,
  JWT,
  UserRefreshClient,
} from "google-auth-library";
import { askMetadataServer } from "./metadata-server.ts";

/** The longest e-mail address there is, and what is no part of one. */
const emailPattern = /^[\w.+-]{1,64}@[a-z0-9.-]{1,255}$/i;

/**
 * Whose credentials are used, in a few words for people: which service account, and by what means.
 *
 * @param metadataServer - asked for the account's name, where its credentials come from there
 */
export async function identityOf(
  client: AuthClient,
  metadataServer: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (client instanceof Impersonated) return `service account ${safe(client.getTargetPrincipal())}, by impersonation`;
  if (client instanceof JWT) return `service account ${safe(client.email)}, by its key`;
  if (client instanceof BaseExternalAccountClient) {
    const email = client.getServiceAccountEmail();
    const means = "by workload identity federation";
    return email ? `service account ${safe(email)}, ${means}` : `a federated identity of its own, ${means}`;
  }
  if (client instanceof ExternalAccountAuthorizedUserClient) return "a user, by workforce identity federation";
  if (client instanceof UserRefreshClient) return "a user, by gcloud's application default credentials";
  if (client instanceof Compute) return ofMetadataServer(metadataServer, signal);
  return "nobody: the endpoint is not Google's, and requests to it are not signed";
}

/** GKE's stands in for Google's: without a Google service account it names the pool of the cluster's own ones. */
async function ofMetadataServer(server: string | undefined, signal: AbortSignal | undefined): Promise<string> {
  const email = server && (await askMetadataServer(server, "instance/service-accounts/default/email", signal));
  if (email?.endsWith(".svc.id.goog") && /^[\w.-]{1,100}$/.test(email)) {
    return `the pod's Kubernetes service account, by GKE Workload Identity (pool ${email})`;
  }
  const by = "by the metadata server (the node's account, or the pod's by GKE Workload Identity)";
  return email ? `service account ${safe(email)}, ${by}` : `the default service account, ${by}`;
}

function safe(email: string | undefined): string {
  return email !== undefined && emailPattern.test(email) ? email : "of a name that cannot be shown";
}
