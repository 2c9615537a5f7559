import { Limiter } from '../../engine/crops/limiter.js';

// What a browser's audio thread offers; its types are no part of TypeScript's.
declare const sampleRate: number;
declare class AudioWorkletProcessor {}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

const CHANNELS = 2;

/** Everything that the page plays goes through the limiter that rendered mixes go through. */
class LimiterProcessor extends AudioWorkletProcessor {
	readonly #limiter = new Limiter(sampleRate, CHANNELS);

	process([input]: readonly Float32Array[][], [output]: readonly Float32Array[][]): boolean {
		for (let c = 0; c < output!.length; c++) {
			const channel = input![c];
			// Without a source there is no channel, and silence follows what is held back.
			if (channel) output![c]!.set(channel);
			else output![c]!.fill(0);
		}
		this.#limiter.process(output!);
		return true;
	}
}

registerProcessor('limiter', LimiterProcessor);
