import type { OperationAnswer } from "./operation-call.ts";

/** The account, by the description's name of the operation. It is nobody's. */
export const accountOperations: Readonly<Record<string, () => OperationAnswer>> = {
  account_get: () => ({
    status: 200,
    body: {
      account: {
        droplet_limit: 25,
        floating_ip_limit: 5,
        email: "nobody@example.com",
        name: "Nobody",
        uuid: "00000000-0000-4000-8000-000000000000",
        email_verified: true,
        status: "active",
        status_message: "",
      },
    },
  }),
};
