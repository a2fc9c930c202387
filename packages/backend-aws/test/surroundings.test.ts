import { describeSurroundings } from "../../../test-support/cloud-surroundings.ts";

describeSurroundings({
  entry: new URL("../src/index.ts", import.meta.url),
  location: "eu-west-1",
  environment: (url) => ({
    AWS_ENDPOINT_URL_EC2: url,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "not-a-real-key",
  }),
  answer: (_, response) =>
    response
      .writeHead(200, { "content-type": "text/xml" })
      .end("<DescribeSnapshotsResponse><snapshotSet/></DescribeSnapshotsResponse>"),
});
