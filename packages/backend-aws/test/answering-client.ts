import { EC2Client } from "@aws-sdk/client-ec2";

/** The SDK's client, which gets this answer to whatever it asks. */
export function answeringClient(xml: string): EC2Client {
  return new EC2Client({
    region: "eu-west-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: {
      handle: async () => ({ response: { statusCode: 200, headers: {}, body: Buffer.from(xml) } as never }),
    },
  });
}
