import type { MiddlewareHandler } from "hono";

/** Answers whatever would change something with 405. */
export const onlyRead: MiddlewareHandler = async (context, next) => {
  const { method } = context.req;
  if (method === "GET" || method === "HEAD") return next();
  return context.text("this server is only read: GET and HEAD\n", 405, { allow: "GET, HEAD" });
};
