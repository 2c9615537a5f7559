import { parentPort, workerData } from 'node:worker_threads';
import { EngineError } from '../../protocol/errors.js';
import { openSession, type Session } from './session.js';
import type { Reply, Request, Tensor, ThreadSettings } from './thread-messages.js';

/** The inference thread's program: handles requests strictly in order, as ONNX Runtime blocks whoever calls it. */
const main = (port: NonNullable<typeof parentPort>, { threads }: ThreadSettings): void => {
	const sessions = new Map<string, Promise<Session>>();
	const kept = new Map<string, Tensor>();
	let previous: Promise<void> = Promise.resolve();

	const run = async (request: Extract<Request, { kind: 'run' }>): Promise<void> => {
		const { id } = request;
		let opening = true;
		try {
			const session = await sessions.get(request.session);
			if (!session) throw new RangeError(`session ${request.session} was never opened`);
			opening = false;
			const feeds: Record<string, Tensor> = { ...request.feeds };
			for (const [input, name] of Object.entries(request.kept)) {
				const tensor = kept.get(name);
				if (!tensor) throw new RangeError(`tensor ${name} was never kept`);
				feeds[input] = tensor;
			}
			const { outputs, trial } = await session.run(feeds, request.fetches);
			const reply: Reply = { id, ok: true, outputs, trial };
			port.postMessage(reply, [...new Set(Object.values(outputs).map(output => output.data.buffer))]);
		} catch (cause) {
			const code = cause instanceof EngineError ? cause.code : 'inference-failed';
			const detail = cause instanceof Error ? cause.message : String(cause);
			const reply: Reply = { id, ok: false, code, detail, opening };
			port.postMessage(reply);
		}
	};

	const release = async (name: string): Promise<void> => {
		const opened = sessions.get(name);
		sessions.delete(name);
		// A session that could not be opened holds nothing.
		await opened?.then(
			session => session.release(),
			() => undefined,
		);
	};

	const handle = async (request: Request): Promise<void> => {
		switch (request.kind) {
			case 'open': {
				const opening = openSession(request.source, request.device, threads);
				// Whoever runs the session hears of its failure; nobody may, which must not end the thread.
				opening.catch(() => undefined);
				sessions.set(request.session, opening);
				return;
			}
			case 'release':
				return release(request.session);
			case 'keep':
				kept.set(request.name, request.tensor);
				return;
			case 'forget':
				kept.delete(request.name);
				return;
			case 'run':
				return run(request);
			case 'exit':
				await Promise.all([...sessions.keys()].map(release));
				port.close();
		}
	};

	port.on('message', (request: Request) => {
		previous = previous.then(() => handle(request));
	});
};

if (parentPort) main(parentPort, workerData as ThreadSettings);
