import { clipsOf, rangeSamples } from '../../engine/crops/clips.js';
import { mixRun } from '../../engine/crops/mix.js';
import type { CropPlanView, TrackView } from '../../engine/protocol/messages.js';
import type { Seconds } from '../../engine/time/time.js';
import { BoundedCache } from '../state/bounded-cache.js';
import type { AudioOutput, Voice, VoiceTime } from './player.js';
import type { Decode } from './sounds.js';

/** Length of every fade: long enough not to click, short enough to feel like a cut. */
const FADE: Seconds = 0.03;
const SAMPLE_RATE = 48_000;

/** The browser's sound output. Its context is made at the first {@link wake}: before a key or click it may not sound. */
export class WebAudioOutput implements AudioOutput<AudioBuffer> {
	#context: { readonly audio: AudioContext; readonly music: GainNode } | null = null;

	now(): Seconds {
		return this.#context?.audio.currentTime ?? 0;
	}

	heard(): Seconds {
		if (this.#context === null) return 0;
		const { audio } = this.#context;
		const { contextTime = 0, performanceTime = 0 } = audio.getOutputTimestamp();
		const since = (performance.now() - performanceTime) / 1000;
		// Right after waking, and without a device, there is no timestamp to go by.
		if (contextTime > 0 && since >= 0 && since < 1) return Math.min(contextTime + since, audio.currentTime);
		return Math.max(0, audio.currentTime - (audio.outputLatency || audio.baseLatency || 0));
	}

	wake(): void {
		if (this.#context === null) {
			const audio = new AudioContext({ latencyHint: 'interactive', sampleRate: SAMPLE_RATE });
			const music = audio.createGain();
			music.connect(audio.destination);
			this.#context = { audio, music };
		}
		void this.#context.audio.resume();
	}

	start(buffer: AudioBuffer, { clock, offset, duration }: VoiceTime, gain: number): Voice {
		const { audio, music } = this.#context!;
		const source = audio.createBufferSource();
		source.buffer = buffer;
		const level = audio.createGain();
		level.gain.setValueAtTime(0, clock);
		level.gain.linearRampToValueAtTime(gain, clock + FADE);
		source.connect(level).connect(music);
		source.addEventListener('ended', () => level.disconnect());
		source.start(clock, offset, duration);
		return {
			stop: at => {
				const from = Math.max(at, audio.currentTime);
				level.gain.cancelScheduledValues(from);
				level.gain.setTargetAtTime(0, from, FADE / 4);
				source.stop(from + 2 * FADE);
			},
		};
	}

	setGain(gain: number): void {
		const { audio, music } = this.#context!;
		music.gain.setTargetAtTime(gain, audio.currentTime, FADE);
	}
}

/** Tracks up to this long are decoded at the full rate; longer ones at a lower one, so that memory stays bounded. */
const FULL_RATE_LENGTH: Seconds = 20 * 60;
const LOWEST_RATE = 8000;

/**
 * Decodes with the browser's own codecs, and gives out what is heard of a crop. The tracks decoded last stay whole, so that
 * another crop of them, moved or re-cut, or a single pair, is there at once.
 */
export const cropDecoder = (): Decode<AudioBuffer> => {
	const whole = new BoundedCache<AudioBuffer>(WHOLE_LIMIT, bytesOf);
	return async ({ track, range, plan }, signal) => {
		const decoded = whole.get(track.id) ?? (await decodeTrack(track, signal));
		whole.set(track.id, decoded);
		const buffer = mixed(decoded, plan, range.end - range.start);
		return { buffer, peak: peakOf(buffer), bytes: bytesOf(buffer) };
	};
};

/** Bytes of whole tracks that are kept: two or three songs. */
const WHOLE_LIMIT = 256 * 2 ** 20;

const bytesOf = ({ length, numberOfChannels }: AudioBuffer): number => 4 * length * numberOfChannels;

const decodeTrack = async (track: TrackView, signal: AbortSignal): Promise<AudioBuffer> => {
	const response = await fetch(track.soundUrl, { signal });
	if (!response.ok) throw new Error(`${track.title} can’t be played: the engine answered ${response.status}.`);
	const bytes = await response.arrayBuffer();
	const rate = Math.max(LOWEST_RATE, Math.round(SAMPLE_RATE * Math.min(1, FULL_RATE_LENGTH / track.duration)));
	const decoded = await decodeAll(track, bytes, rate);
	signal.throwIfAborted();
	return decoded;
};

const decodeAll = async (track: TrackView, bytes: ArrayBuffer, rate: number): Promise<AudioBuffer> => {
	try {
		return await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes);
	} catch {
		throw new Error(`${track.title} can’t be played: this browser doesn’t know its format.`);
	}
};

/** The pieces of a plan as the engine would render them, at the page's own rate. */
const mixed = (song: AudioBuffer, plan: CropPlanView, length: Seconds): AudioBuffer => {
	const { sampleRate, numberOfChannels } = song;
	const samples = Math.max(1, rangeSamples(length, sampleRate));
	const buffer = new AudioBuffer({ length: samples, sampleRate, numberOfChannels });
	const [heard, channels] = [buffer, song].map(each =>
		Array.from({ length: numberOfChannels }, (_, channel) => each.getChannelData(channel)),
	);
	for (const clip of clipsOf(plan, sampleRate, song.length, length)) {
		const run = new Float32Array((clip.out - clip.in) * numberOfChannels);
		channels!.forEach((channel, c) => {
			for (let k = clip.in; k < clip.out; k++) run[(k - clip.in) * numberOfChannels + c] = channel[k]!;
		});
		mixRun(heard!, [clip], run, clip.in);
	}
	return buffer;
};

const peakOf = (buffer: AudioBuffer): number => {
	let peak = 0;
	for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
		for (const sample of buffer.getChannelData(channel)) peak = Math.max(peak, Math.abs(sample));
	}
	return peak;
};
