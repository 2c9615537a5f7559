import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type RunningServer, type ServerOptions, startServer } from '../../engine/io/server/server.js';
import { Uploads } from '../../engine/io/server/uploads.js';
import { Hosts } from '../../engine/jobs/hosts.js';
import { type EngineMessage, engineMessage, PROTOCOL_VERSION } from '../../engine/protocol/messages.js';
import { FakeEngine, fakeFiles } from './fake-engine.js';

export const TOKEN = 'token-of-the-tests';

export type TestServer = {
	readonly server: RunningServer;
	readonly engine: FakeEngine;
	readonly hosts: Hosts;
	/** Holds media.mp4, page/index.html and uploads/. */
	readonly folder: string;
	close(): Promise<void>;
};

/** A server on a free port, with a fake engine behind it, in a folder of its own. */
export const testServer = async (options: Partial<ServerOptions> = {}): Promise<TestServer> => {
	const folder = await mkdtemp(join(tmpdir(), 'segue-server-'));
	await mkdir(join(folder, 'page', 'assets'), { recursive: true });
	await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>Segue</title>');
	await writeFile(join(folder, 'page', 'assets', 'index-1.js'), 'export {};');
	await writeFile(join(folder, 'media.mp4'), Buffer.from('0123456789'));
	const engine = new FakeEngine();
	const hosts = new Hosts();
	const server = await startServer({
		engine,
		hosts,
		files: fakeFiles(join(folder, 'media.mp4')),
		uploads: new Uploads(join(folder, 'uploads')),
		token: TOKEN,
		page: join(folder, 'page'),
		ports: [0],
		...options,
	});
	return {
		server,
		engine,
		hosts,
		folder,
		close: async () => {
			await server.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
};

export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

/** A request with exactly these headers: fetch would set Host and Origin itself. */
export const ask = (
	port: number,
	path: string,
	headers: Record<string, string> = {},
	method = 'GET',
	body?: string | Buffer,
): Promise<Reply> =>
	new Promise((resolve, reject) => {
		const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, response => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () =>
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					body: Buffer.concat(chunks).toString(),
				}),
			);
		});
		sent.on('error', reject);
		sent.end(body);
	});

/** A client of the protocol that keeps what it was sent. */
export class TestClient {
	readonly messages: EngineMessage[] = [];
	closed: number | null = null;
	private readonly waiting = new Set<() => void>();

	private constructor(readonly socket: WebSocket) {
		socket.on('message', data => {
			this.messages.push(engineMessage.parse(JSON.parse(String(data))));
			for (const check of this.waiting) check();
		});
		socket.on('close', code => {
			this.closed = code;
			for (const check of this.waiting) check();
		});
		socket.on('error', () => {});
	}

	static async connect(port: number, headers: Record<string, string> = {}): Promise<TestClient> {
		const client = new TestClient(new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers }));
		await once(client.socket, 'open');
		return client;
	}

	static async welcomed(port: number): Promise<TestClient> {
		const client = await TestClient.connect(port, { authorization: `Bearer ${TOKEN}` });
		client.say({ type: 'hello', protocol: PROTOCOL_VERSION, role: 'panel', version: 'test' });
		await client.until(message => message.type === 'welcome');
		return client;
	}

	say(message: unknown): void {
		this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
	}

	/** The first message that fits, waiting for it if need be. Rejects when the connection ends without one. */
	until(fits: (message: EngineMessage) => boolean): Promise<EngineMessage> {
		return new Promise((resolve, reject) => {
			const check = (): void => {
				const found = this.messages.find(fits);
				if (found === undefined && this.closed === null) return;
				this.waiting.delete(check);
				if (found !== undefined) resolve(found);
				else reject(new Error(`closed with ${this.closed}`));
			};
			this.waiting.add(check);
			check();
		});
	}

	async untilClosed(): Promise<number> {
		if (this.closed === null) await once(this.socket, 'close');
		return this.closed ?? 0;
	}
}
