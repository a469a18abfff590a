// Stands between browser and server, so that a test can cut the signalling socket or the media path for real.
import dgram from 'node:dgram';
import net from 'node:net';

/**
 * Forwards TCP connections to a port until they are cut.
 * @param {string} host @param {number} port
 */
export async function relayTcp(host, port) {
  /** @type {Set<net.Socket>} */
  const open = new Set();
  let refusing = false;
  let connections = 0;
  const server = net.createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    connections++;
    const upstream = net.connect(port, host);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return {
    port: /** @type {net.AddressInfo} */ (server.address()).port,
    connections: () => connections,
    /** Breaks what is open; with `refuse`, nothing gets through until `accept`. */
    cut: (refuse = false) => {
      refusing = refuse;
      for (const socket of open) socket.destroy();
    },
    accept: () => (refusing = false),
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/**
 * Forwards UDP to a port, each sender through a socket of its own, until it is cut for good.
 * @param {string} host @param {number} port
 */
export async function relayUdp(host, port) {
  const face = dgram.createSocket('udp4');
  /** @type {Map<string, dgram.Socket>} */
  const upstreams = new Map();
  let alive = true;
  let packets = 0;
  face.on('message', (message, from) => {
    if (!alive) return;
    packets++;
    const key = `${from.address}:${from.port}`;
    let upstream = upstreams.get(key);
    if (!upstream) {
      upstream = dgram.createSocket('udp4');
      upstream.on('message', (answer) => alive && face.send(answer, from.port, from.address));
      upstreams.set(key, upstream);
    }
    upstream.send(message, port, host);
  });
  await new Promise((resolve) => face.bind(0, '127.0.0.1', () => resolve(undefined)));
  return {
    port: face.address().port,
    packets: () => packets,
    cut: () => (alive = false),
    close: () => {
      alive = false;
      face.close();
      for (const upstream of upstreams.values()) upstream.close();
    },
  };
}

/**
 * Sends everything between this page and the server through a relay, signalling included; the page must be
 * opened at the returned address, since its policy lets it speak to its own origin only.
 * @param {import('playwright-core').Page} page @param {string} serverUrl
 */
export async function throughRelay(page, serverUrl) {
  const server = new URL(serverUrl);
  const relay = await relayTcp(server.hostname, Number(server.port));
  /** A separate media server, when there is one, is relayed as well. @type {typeof relay | undefined} */
  let other;
  await page.route('**/api/v1/rooms/*/join', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const url = new URL(body.url);
    if (url.port !== server.port && url.port !== String(relay.port)) {
      other ??= await relayTcp(url.hostname, Number(url.port));
    }
    url.host = `127.0.0.1:${(other ?? relay).port}`;
    await route.fulfill({ response: answer, json: { ...body, url: url.toString().replace(/\/$/, '') } });
  });
  return {
    url: `http://127.0.0.1:${relay.port}`,
    signalling: () => other ?? relay,
    close: () => {
      relay.close();
      other?.close();
    },
  };
}

/**
 * Sends this page's media through whatever port `window.__mediaPort` names when the server's candidates arrive.
 * @param {import('playwright-core').Page} page
 */
export async function throughMediaRelay(page) {
  await page.addInitScript(() => {
    /** @returns {string} */
    const bent = (/** @type {string} */ line) =>
      window.__mediaPort === undefined
        ? line
        : line.replace(
            /(candidate:\S+ \d+ udp \d+) \S+ \d+ typ/gi,
            (_, head) => `${head} 127.0.0.1 ${window.__mediaPort} typ`,
          );
    const isTcp = (/** @type {string} */ line) => /candidate:\S+ \d+ tcp /i.test(line);
    const { prototype } = /** @type {any} */ (RTCPeerConnection);
    const { setRemoteDescription, addIceCandidate, createOffer } = prototype;
    // The server must not learn the browser's own addresses, or it would reach it around the relay.
    Object.defineProperty(prototype, 'onicecandidate', { get: () => null, set: () => {} });
    prototype.createOffer = async function (/** @type {RTCOfferOptions} */ options) {
      const offer = await createOffer.call(this, options);
      return { type: offer.type, sdp: offer.sdp.replace(/a=candidate:.*\r\n/g, '') };
    };
    prototype.setRemoteDescription = function (/** @type {RTCSessionDescriptionInit} */ description) {
      const lines = (description.sdp ?? '').split('\r\n').filter((line) => !isTcp(line));
      return setRemoteDescription.call(this, { type: description.type, sdp: lines.map(bent).join('\r\n') });
    };
    prototype.addIceCandidate = function (/** @type {RTCIceCandidateInit} */ init) {
      const line = init?.candidate ?? '';
      if (isTcp(line)) return Promise.resolve();
      const { sdpMid, sdpMLineIndex, usernameFragment } = init ?? {};
      return addIceCandidate.call(this, { sdpMid, sdpMLineIndex, usernameFragment, candidate: bent(line) });
    };
  });
}
