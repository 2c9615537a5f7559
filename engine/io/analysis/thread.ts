import { type MessagePort, parentPort } from 'node:worker_threads';
import { createTrackFrontEnd } from '../../features/audio/front-end.js';
import { analyseTrack } from '../../jobs/analyse-track.js';
import type { MusicTags, Networks } from '../../jobs/ports.js';
import type { Matrix32 } from '../../numeric/matrix.js';
import { EngineError } from '../../protocol/errors.js';
import { segmenterNames } from '../../segments/segmenter.js';
import { failureOf } from '../failure.js';
import { spectralKernel } from '../kernels.js';
import { ffmpegMedia } from '../media/media.js';
import { segmenterNamed } from '../segmenters.js';
import type { FromThread, ToThread } from './messages.js';

type Waiting = { readonly resolve: (result: Matrix32 | MusicTags) => void; readonly reject: (error: unknown) => void };

/** An analysis thread's program: decodes and analyses one track after another, as it is told. */
const main = (port: MessagePort): void => {
	const media = ffmpegMedia();
	const waiting = new Map<number, Waiting>();
	let calls = 0;
	let cancelling = new AbortController();

	const send = (message: FromThread, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, [...transfer]);
	const ask = <Result extends Matrix32 | MusicTags>(message: (call: number) => FromThread, transfer: ArrayBuffer[]) =>
		new Promise<Result>((resolve, reject) => {
			const call = ++calls;
			waiting.set(call, { resolve: result => resolve(result as Result), reject });
			send(message(call), transfer);
		});
	const networks: Pick<Networks, 'logMel' | 'musicTags'> = {
		logMel: samples => ask<Matrix32>(call => ({ kind: 'log-mel', call, samples }), [samples.buffer as ArrayBuffer]),
		musicTags: (logMel, starts) =>
			ask<MusicTags>(call => ({ kind: 'music-tags', call, logMel, starts }), [logMel.data.buffer as ArrayBuffer]),
	};

	const analyse = async ({ path, segmenter, compare }: Extract<ToThread, { kind: 'analyse' }>): Promise<void> => {
		cancelling = new AbortController();
		try {
			const analysis = await analyseTrack(
				path,
				{
					media,
					networks,
					frontEnd: () => createTrackFrontEnd(spectralKernel()),
					segmenter: segmenterNamed(segmenter),
					compared: compare ? segmenterNames.map(segmenterNamed) : [],
				},
				cancelling.signal,
			);
			send({ kind: 'done', analysis });
		} catch (error) {
			send({ kind: 'failed', failure: failureOf(error) });
		}
	};

	port.on('message', (message: ToThread) => {
		switch (message.kind) {
			case 'analyse':
				void analyse(message);
				return;
			case 'cancel': {
				cancelling.abort();
				const cancelled = new EngineError('cancelled', 'The analysis was cancelled.');
				for (const { reject } of waiting.values()) reject(cancelled);
				waiting.clear();
				return;
			}
			case 'network-result':
				waiting.get(message.call)?.resolve(message.result);
				waiting.delete(message.call);
				return;
			case 'network-failure':
				waiting.get(message.call)?.reject(new EngineError(message.failure.code, message.failure.detail));
				waiting.delete(message.call);
		}
	});
};

if (parentPort) main(parentPort);
