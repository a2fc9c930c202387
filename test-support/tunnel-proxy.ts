import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { onTestFinished, vi } from "vitest";

/** All that clients read, in both spellings. */
export const proxyVariables: readonly string[] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap(
  (name) => [name, name.toLowerCase()],
);

/** For the rest of the test, whatever the machine's own environment says. */
export function setProxy(name: string, url: string): void {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const other of proxyVariables) vi.stubEnv(other, undefined);
  vi.stubEnv(name, url);
}

/** A proxy, and which hosts were asked of it, with their ports. */
export interface TunnelProxy {
  readonly url: string;
  readonly tunnels: readonly string[];
}

/** A proxy that asks everybody for another password. */
export async function startRefusingProxy(): Promise<TunnelProxy> {
  const tunnels: string[] = [];
  return listen(tunnels, (url, socket) => {
    tunnels.push(url);
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  });
}

/**
 * A proxy on the loopback interface, which cuts off all but these: hosts on the loopback interface, and those that stand for
 * a port of it.
 *
 * @param ports - by `HOST:PORT`, as clients ask for it. Default: none
 */
export async function startTunnelProxy(ports: Readonly<Record<string, number>> = {}): Promise<TunnelProxy> {
  const tunnels: string[] = [];
  return listen(tunnels, (url, socket, sockets) => {
    tunnels.push(url);
    const [host = "", port] = url.split(":");
    const local = ports[url] ?? (host === "127.0.0.1" ? Number(port) : undefined);
    if (local === undefined) return void socket.destroy();
    const target = connect(local, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    sockets.add(target.on("error", () => {}));
  });
}

async function listen(
  tunnels: readonly string[],
  onConnect: (url: string, socket: Socket, sockets: Set<Socket>) => void,
): Promise<TunnelProxy> {
  const sockets = new Set<Socket>();
  const server = createServer().on("connect", ({ url = "" }, socket: Socket) => {
    sockets.add(socket.on("error", () => {}));
    onConnect(url, socket, sockets);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels };
}
