import { describeSurroundings } from "../../../test-support/cloud-surroundings.ts";

describeSurroundings({
  entry: new URL("../src/index.ts", import.meta.url),
  location: "account",
  environment: (url) => ({ DIGITALOCEAN_API_URL: url, DIGITALOCEAN_ACCESS_TOKEN: "dop_v1_not-a-real-token" }),
  answer: ({ path }, response) => {
    const kind = path?.startsWith("/v2/tags") ? "tags" : "snapshots";
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ [kind]: [], links: {}, meta: { total: 0 } }));
  },
});
