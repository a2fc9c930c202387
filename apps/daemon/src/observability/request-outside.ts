import { lookup as lookUp } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * Addresses of the machine itself and of what only answers to it, as the metadata services of clouds, which hand out
 * credentials.
 *
 * @see {@link https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml}
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html}
 */
const inside = new BlockList();
inside.addSubnet("0.0.0.0", 8, "ipv4");
inside.addSubnet("127.0.0.0", 8, "ipv4");
inside.addSubnet("169.254.0.0", 16, "ipv4");
inside.addAddress("100.100.100.200", "ipv4");
inside.addAddress("::", "ipv6");
inside.addAddress("::1", "ipv6");
inside.addSubnet("fe80::", 10, "ipv6");
inside.addAddress("fd00:ec2::254", "ipv6");
inside.addAddress("fd20:ce::254", "ipv6");

/** Whether the address is not the machine's own, nor one that only the machine can reach. IPv4 in IPv6 counts as IPv4. */
export function isOutside(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !inside.check(address, family === 6 ? "ipv6" : "ipv4");
}

/**
 * Sends a GET to an address outside of this machine; redirections are not followed, and no proxy is asked.
 *
 * @param isAllowed - for each address that the name stands for at the moment of the connection. Default: {@link isOutside}
 * @returns the answer's status
 * @throws {Error} if it leads inside, or there is no answer before the signal fires; the URL is not in the message
 */
export function requestOutside(
  url: URL,
  signal: AbortSignal,
  isAllowed: (address: string) => boolean = isOutside,
): Promise<number> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isAllowed(host)) return Promise.reject(refused());
  const lookup: LookupFunction = (name, options, callback) =>
    lookUp(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => !isAllowed(address))) return callback(refused(), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, { method: "GET", lookup, signal, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode as number);
    });
    request.on("error", reject);
    request.end();
  });
}

function refused(): Error {
  return new Error("the URL leads to this machine, or to a metadata service: that is not allowed");
}
