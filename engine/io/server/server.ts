import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import express, { type RequestHandler } from 'express';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Engine, MediaFiles } from '../../jobs/engine.js';
import type { Hosts } from '../../jobs/hosts.js';
import { EngineError, ERRORS, type ErrorCode } from '../../protocol/errors.js';
import { admission, cookieName, isToken } from './admission.js';
import { strictHeaders } from './headers.js';
import { mediaRoutes } from './media-routes.js';
import { answerFailure, refuse } from './refusal.js';
import { attach, PAYLOAD_LIMIT } from './socket.js';
import type { Uploads } from './uploads.js';

export type ServerOptions = {
	readonly engine: Engine;
	readonly hosts: Hosts;
	readonly files: MediaFiles;
	readonly uploads: Uploads;
	readonly token: string;
	/** Folder of the built page. */
	readonly page: string;
	/** Tried in turn; 0 means any free one. */
	readonly ports: readonly number[];
	/** Milliseconds between two pings (7.1). */
	readonly heartbeat?: number;
};

export type RunningServer = {
	readonly port: number;
	/** Where the page is, without the token. */
	readonly url: string;
	close(): Promise<void>;
};

/**
 * Serves the page, the media and the protocol on 127.0.0.1. Throws 'port-taken' when none of the ports is free. The
 * rules are those of docs/protocol.md.
 */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
	const server = createServer();
	const port = await listen(server, options.ports);
	server.on('request', application(options, port));
	// An upload of a long video may take longer than Node grants a request by default.
	server.requestTimeout = 0;

	const sockets = new WebSocketServer({ noServer: true, maxPayload: PAYLOAD_LIMIT, perMessageDeflate: false });
	server.on('upgrade', (request, socket, head) => upgrade(options, port, sockets, request, socket, head));
	const stopPinging = keepAlive(sockets, options.heartbeat ?? 15_000);
	return {
		port,
		url: `http://127.0.0.1:${port}/`,
		close: async () => {
			stopPinging();
			for (const client of sockets.clients) client.close(1001, 'the engine stops');
			const closed = new Promise<void>(resolve => server.close(() => resolve()));
			// A client that does not answer the close must not keep the engine from ending.
			const grace = setTimeout(() => {
				for (const client of sockets.clients) client.terminate();
				server.closeAllConnections();
			}, 500);
			server.closeIdleConnections();
			await closed;
			clearTimeout(grace);
		},
	};
};

const listen = async (server: Server, ports: readonly number[]): Promise<number> => {
	for (const port of ports) {
		try {
			await new Promise<void>((resolve, reject) => {
				server.once('error', reject);
				server.listen(port, '127.0.0.1', () => {
					server.off('error', reject);
					resolve();
				});
			});
			return (server.address() as AddressInfo).port;
		} catch (cause) {
			const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
			if (!taken) throw new EngineError('port-taken', `cannot listen on port ${port}`, { cause });
		}
	}
	throw new EngineError('port-taken', `in use by other programs: port ${ports.join(', ')}`);
};

const application = ({ files, uploads, token, page }: ServerOptions, port: number): express.Express => {
	const app = express();
	app.disable('x-powered-by');
	app.use(strictHeaders(port));
	app.use((request, response, next) => {
		const who = admission(request.headers, port, token);
		response.locals.known = who.state === 'known';
		if (who.state === 'foreign') refuse(response, 403, 'unauthorised', who.detail);
		else next();
	});
	app.get('/', (request, response, next) => {
		const { token: offered } = request.query;
		if (offered === undefined) return next();
		if (typeof offered !== 'string' || !isToken(offered, token)) {
			return refuse(response, 403, 'unauthorised', 'this link is not, or no longer, this engine’s');
		}
		response.cookie(cookieName(port), token, { httpOnly: true, sameSite: 'strict', path: '/' });
		response.set('Cache-Control', 'no-store').redirect(303, '/');
	});
	app.use('/media', knownOnly, mediaRoutes(files));
	app.post('/uploads', knownOnly, async (request, response) => {
		const { name } = request.query;
		response.json(await uploads.accept(request, typeof name === 'string' ? name : ''));
	});
	app.use(
		express.static(page, {
			setHeaders: (response, path) => {
				// The build names its assets by their content; index.html names the assets.
				const lasting = /[\\/]assets[\\/]/.test(path);
				response.setHeader('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
			},
		}),
	);
	app.use((_request, response) => refuse(response, 404, 'not-found', 'there is nothing at this address'));
	app.use(answerFailure);
	return app;
};

const knownOnly: RequestHandler = (_request, response, next) => {
	if (response.locals.known === true) next();
	else refuse(response, 403, 'unauthorised', 'the token is missing or not this engine’s');
};

const upgrade = (
	{ engine, hosts, token }: ServerOptions,
	port: number,
	sockets: WebSocketServer,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): void => {
	const who = admission(request.headers, port, token);
	const path = request.url?.split('?')[0];
	if (who.state === 'foreign') refuseUpgrade(socket, 403, 'unauthorised', who.detail);
	else if (path !== '/ws') refuseUpgrade(socket, 404, 'not-found', 'the WebSocket is at /ws');
	else {
		sockets.handleUpgrade(request, socket, head, client => {
			sockets.emit('connection', client, request);
			attach(client, engine, hosts, token, who.state === 'known');
		});
	}
};

/** A refused upgrade is answered in HTTP: there is no WebSocket yet that could carry a message. */
const refuseUpgrade = (socket: Duplex, status: 403 | 404, code: ErrorCode, detail: string): void => {
	const body = JSON.stringify({ error: { code, detail, remedy: ERRORS[code].remedy } });
	socket.on('error', () => socket.destroy());
	socket.end(
		[
			`HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Not Found'}`,
			'Connection: close',
			'Content-Type: application/json; charset=utf-8',
			`Content-Length: ${Buffer.byteLength(body)}`,
			'',
			body,
		].join('\r\n'),
	);
};

/** Pings every client, and drops those that have not answered the last ping. */
const keepAlive = (sockets: WebSocketServer, interval: number): (() => void) => {
	const silent = new Set<WebSocket>();
	sockets.on('connection', client => client.on('pong', () => silent.delete(client)));
	const timer = setInterval(() => {
		for (const client of sockets.clients) {
			if (silent.has(client)) client.terminate();
			else {
				silent.add(client);
				client.ping();
			}
		}
		for (const client of silent) if (!sockets.clients.has(client)) silent.delete(client);
	}, interval);
	return () => clearInterval(timer);
};
