import { Worker } from 'node:worker_threads';
import { EngineError } from '../../protocol/errors.js';
import { compiledFile } from './compiled-file.js';
import type { Outputs } from './session.js';
import type { Device, ModelSource, Reply, Request, Tensor, ThreadSettings, Trial } from './thread-messages.js';

/** One model, opened in the thread when it is first run, and again after the thread had to be restarted. */
export type SessionPlan = { readonly name: string; readonly source: ModelSource; readonly device: Device };

/** A tensor that stays in the thread: sent with the first job that names it, and again after a restart. */
export type KeptTensor = { readonly name: string; readonly tensor: Tensor };

export type Job = {
	readonly session: SessionPlan;
	/** Buffers of these tensors move to the thread: the caller can't read them afterwards. */
	readonly feeds: Readonly<Record<string, Tensor>>;
	readonly kept?: Readonly<Record<string, KeptTensor>>;
	/** Outputs wanted; null for all. */
	readonly fetches: readonly string[] | null;
};

export type InferenceThreadOptions = ThreadSettings & {
	/** Told of each network that was tried on a device other than the CPU. */
	readonly onTrial?: (session: string, trial: Trial) => void;
	/** The thread's program, which tests replace. */
	readonly program?: URL;
};

/**
 * A thread that runs networks, and its queue. ONNX Runtime blocks whoever calls it, so it gets a thread of its own. Jobs
 * run one after another in the order they came. Aborting a job takes it out of the queue; one that is running already
 * is rejected at once and its result dropped. If the thread dies, the jobs it had are rejected with 'inference-failed',
 * and the others go to a new thread.
 */
export class InferenceThread {
	readonly #options: InferenceThreadOptions;
	readonly #queue: Pending[] = [];
	readonly #running = new Map<number, Pending>();
	#worker: Worker | null = null;
	/** What the present thread has been sent. */
	#opened = new Set<string>();
	#kept = new Set<string>();
	#nextId = 1;
	#closed = false;

	constructor(options: InferenceThreadOptions) {
		this.#options = options;
	}

	/** Throws EngineError 'cancelled', 'model-missing', 'model-damaged' or 'inference-failed'. */
	run(job: Job, signal?: AbortSignal): Promise<Outputs> {
		return new Promise((resolve, reject) => {
			if (this.#closed) return reject(new EngineError('cancelled', 'The networks are closed.'));
			if (signal?.aborted) return reject(cancelled());
			const pending: Pending = { job, resolve, reject, settled: false, stopListening: () => undefined };
			if (signal) {
				const abort = (): void => {
					const place = this.#queue.indexOf(pending);
					if (place >= 0) this.#queue.splice(place, 1);
					settle(pending, () => reject(cancelled()));
				};
				signal.addEventListener('abort', abort, { once: true });
				pending.stopListening = () => signal.removeEventListener('abort', abort);
			}
			this.#queue.push(pending);
			this.#dispatch();
		});
	}

	/** Frees a session that won't be run again. */
	release(session: SessionPlan): void {
		if (this.#opened.delete(session.name)) this.#post({ kind: 'release', session: session.name });
	}

	/** Frees a tensor that won't be named again. */
	forget(tensor: KeptTensor): void {
		if (this.#kept.delete(tensor.name)) this.#post({ kind: 'forget', name: tensor.name });
	}

	/** Rejects what is waiting or running with 'cancelled', and ends the thread. */
	async close(): Promise<void> {
		this.#closed = true;
		for (const pending of [...this.#queue.splice(0), ...this.#running.values()]) {
			settle(pending, () => pending.reject(new EngineError('cancelled', 'The networks are closed.')));
		}
		const worker = this.#worker;
		if (!worker) return;
		// The thread ends by itself once the present run is over: ending it amid native code could take the process along.
		const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
		worker.ref();
		this.#post({ kind: 'exit' });
		await ended;
	}

	#dispatch(): void {
		// One job waits in the thread while another runs, so that it is never idle between two.
		while (this.#queue.length > 0 && this.#running.size < 2) {
			const pending = this.#queue.shift()!;
			const { session, feeds, kept = {}, fetches } = pending.job;
			if (!this.#opened.has(session.name)) {
				this.#opened.add(session.name);
				this.#post({ kind: 'open', session: session.name, source: session.source, device: session.device });
			}
			for (const { name, tensor } of Object.values(kept)) {
				if (this.#kept.has(name)) continue;
				this.#kept.add(name);
				this.#post({ kind: 'keep', name, tensor });
			}
			const id = this.#nextId++;
			this.#running.set(id, pending);
			const names = Object.fromEntries(Object.entries(kept).map(([input, { name }]) => [input, name]));
			this.#post(
				{ kind: 'run', id, session: session.name, feeds, kept: names, fetches },
				Object.values(feeds).map(({ data }) => data.buffer),
			);
		}
		// A process may end while the thread is idle, but not while somebody waits for it.
		if (this.#running.size > 0) this.#worker?.ref();
		else this.#worker?.unref();
	}

	#post(request: Request, transfer: ArrayBuffer[] = []): void {
		this.#worker ??= this.#start();
		this.#worker.postMessage(request, transfer);
	}

	#start(): Worker {
		const settings: ThreadSettings = { threads: this.#options.threads };
		const worker = new Worker(this.#options.program ?? compiledFile('worker'), { workerData: settings });
		let reason = 'it ended by itself';
		worker.on('message', (reply: Reply) => this.#receive(reply));
		worker.on('error', error => {
			reason = error.message;
		});
		worker.on('exit', () => this.#lost(worker, reason));
		return worker;
	}

	#receive(reply: Reply): void {
		const pending = this.#running.get(reply.id);
		if (!pending) return;
		this.#running.delete(reply.id);
		const session = pending.job.session.name;
		if (reply.ok) {
			if (reply.trial) this.#options.onTrial?.(session, reply.trial);
			settle(pending, () => pending.resolve(reply.outputs));
		} else {
			// The next job tries again: the file may be there by then.
			if (reply.opening) this.#opened.delete(session);
			settle(pending, () => pending.reject(new EngineError(reply.code, reply.detail)));
		}
		this.#dispatch();
	}

	#lost(worker: Worker, reason: string): void {
		if (this.#worker !== worker) return;
		this.#worker = null;
		this.#opened = new Set();
		this.#kept = new Set();
		const running = [...this.#running.values()];
		this.#running.clear();
		for (const pending of running) {
			settle(pending, () =>
				pending.reject(new EngineError('inference-failed', `The inference thread stopped: ${reason}.`)),
			);
		}
		if (!this.#closed) this.#dispatch();
	}
}

type Pending = {
	readonly job: Job;
	readonly resolve: (outputs: Outputs) => void;
	readonly reject: (error: EngineError) => void;
	settled: boolean;
	stopListening: () => void;
};

const settle = (pending: Pending, how: () => void): void => {
	if (pending.settled) return;
	pending.settled = true;
	pending.stopListening();
	how();
};

const cancelled = (): EngineError => new EngineError('cancelled', 'The work was cancelled.');
