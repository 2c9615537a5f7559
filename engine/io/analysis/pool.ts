import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import type { TrackAnalysis } from '../../features/track-analysis.js';
import type { Networks } from '../../jobs/ports.js';
import { EngineError } from '../../protocol/errors.js';
import { failureOf } from '../failure.js';
import type { SegmenterChoice } from '../segmenters.js';
import type { FromThread, ToThread } from './messages.js';

/** Analyses tracks on all cores: decoding and signal analysis in threads of their own, the networks where they are. */
export type AnalysisPool = {
	/** Rejects with what went wrong with the file; with 'cancelled' once `signal` has aborted. */
	track(
		path: string,
		options: {
			readonly segmenter: SegmenterChoice;
			/** Whether the boundaries by every published segmenter are wanted as well; not unless given. */
			readonly compare?: boolean;
			readonly signal?: AbortSignal;
		},
	): Promise<TrackAnalysis>;
	close(): Promise<void>;
};

/**
 * @param threads - tracks analysed at the same time; one more than cores unless given, as each waits for the networks
 * about half of its time
 */
export const openAnalysisPool = (
	networks: Pick<Networks, 'logMel' | 'musicTags'>,
	threads = availableParallelism() + 1,
): AnalysisPool => {
	const queue = new PQueue({ concurrency: threads });
	const idle: AnalysisThread[] = [];
	const all = new Set<AnalysisThread>();

	const analyse: AnalysisPool['track'] = async (path, { segmenter, compare = false, signal }) => {
		const thread = idle.pop() ?? new AnalysisThread(networks);
		all.add(thread);
		try {
			return await thread.analyse({ kind: 'analyse', path, segmenter, compare }, signal);
		} finally {
			// A thread that died is replaced by the next track.
			if (thread.alive) idle.push(thread);
			else all.delete(thread);
		}
	};
	return {
		track: async (path, options) => {
			options.signal?.throwIfAborted();
			const analysis = await queue.add(() => analyse(path, options));
			if (!analysis) throw new EngineError('cancelled', 'The analysis was cancelled.');
			return analysis;
		},
		close: async () => {
			queue.clear();
			await Promise.all([...all].map(thread => thread.end()));
		},
	};
};

/** One thread and the track that it is at. */
class AnalysisThread {
	alive = true;
	private readonly worker = new Worker(programFile());
	private current: {
		readonly resolve: (analysis: TrackAnalysis) => void;
		readonly reject: (error: unknown) => void;
		readonly signal: AbortSignal | undefined;
	} | null = null;

	constructor(private readonly networks: Pick<Networks, 'logMel' | 'musicTags'>) {
		// An idle thread must not keep the process alive.
		this.worker.unref();
		this.worker.on('message', (message: FromThread) => this.receive(message));
		this.worker.on('error', error => this.die(failureOf(error).detail));
		this.worker.on('exit', () => this.die('The analysis thread ended.'));
	}

	async analyse(
		order: Extract<ToThread, { kind: 'analyse' }>,
		signal: AbortSignal | undefined,
	): Promise<TrackAnalysis> {
		const cancel = () => this.send({ kind: 'cancel' });
		try {
			return await new Promise((resolve, reject) => {
				this.current = { resolve, reject, signal };
				this.worker.ref();
				this.send(order);
				signal?.addEventListener('abort', cancel, { once: true });
			});
		} finally {
			signal?.removeEventListener('abort', cancel);
			this.current = null;
			this.worker.unref();
		}
	}

	async end(): Promise<void> {
		this.alive = false;
		this.send({ kind: 'cancel' });
		await this.worker.terminate();
	}

	private send(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
		this.worker.postMessage(message, [...transfer]);
	}

	private receive(message: FromThread): void {
		switch (message.kind) {
			case 'done':
				this.current?.resolve(message.analysis);
				return;
			case 'failed':
				this.current?.reject(new EngineError(message.failure.code, message.failure.detail));
				return;
			case 'log-mel':
				void this.answer(message.call, this.networks.logMel(message.samples, this.current?.signal));
				return;
			case 'music-tags':
				void this.answer(message.call, this.networks.musicTags(message.logMel, message.starts, this.current?.signal));
		}
	}

	private async answer(call: number, running: ReturnType<Networks['logMel' | 'musicTags']>): Promise<void> {
		try {
			this.send({ kind: 'network-result', call, result: await running });
		} catch (error) {
			this.send({ kind: 'network-failure', call, failure: failureOf(error) });
		}
	}

	private die(detail: string): void {
		this.alive = false;
		this.current?.reject(new EngineError('internal', detail));
	}
}

/** Threads run compiled code; tests, which run the sources, use what the build left. */
const programFile = (): URL =>
	new URL(
		import.meta.url.endsWith('.ts') ? '../../../dist/engine/io/analysis/thread.js' : './thread.js',
		import.meta.url,
	);
