import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { onTestFinished, vi } from "vitest";

/** For the rest of the test, whatever the machine's own environment says. */
export function setProxy(name: string, url: string): void {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const other of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"]) {
    vi.stubEnv(other, undefined);
  }
  vi.stubEnv(name, url);
}

/** A proxy on the loopback interface that tunnels to others there, and cuts the rest off. */
export async function startTunnelProxy(): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer().on("connect", ({ url = "" }, socket: Socket) => {
    tunnels.push(url);
    const [host = "", port] = url.split(":");
    if (host !== "127.0.0.1") return void socket.destroy();
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    sockets.add(socket).add(target);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels };
}
