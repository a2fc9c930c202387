export { HttpListener } from "./http-listener.ts";
export { parseBody } from "./parse-body.ts";
export { type CommonFault, RequestFaults } from "./request-faults.ts";
export { RequestLog } from "./request-log.ts";
