import { clipsOf, rangeSamples } from '../../engine/crops/clips.js';
import { Limiter } from '../../engine/crops/limiter.js';
import { mixRun } from '../../engine/crops/mix.js';
import type { CropPlanView, TrackView } from '../../engine/protocol/messages.js';
import type { Seconds } from '../../engine/time/time.js';
import { BoundedCache } from '../state/bounded-cache.js';
import limiterUrl from './limiter-worklet.ts?worker&url';
import type { AudioOutput, Voice, VoiceTime } from './player.js';
import type { Decode } from './sounds.js';

/** Length of every fade: long enough not to click, short enough to feel like a cut. */
const FADE: Seconds = 0.03;
const SAMPLE_RATE = 48_000;

/** What the limiter holds back of all that is heard. */
const HELD_BACK: Seconds = new Limiter(SAMPLE_RATE, 2).latency / SAMPLE_RATE;

/**
 * The browser's sound output: music and the picture's own sound, each at its own level, together through a limiter. Before
 * the first {@link wake}, which has to come from a key or a click, it may not sound.
 */
export class WebAudioOutput implements AudioOutput<AudioBuffer> {
	readonly #audio = new AudioContext({ latencyHint: 'interactive', sampleRate: SAMPLE_RATE });
	readonly #music = this.#audio.createGain();
	readonly #all = this.#audio.createGain();
	readonly #pictures = new WeakMap<HTMLMediaElement, GainNode>();

	constructor() {
		this.#music.connect(this.#all).connect(this.#audio.destination);
		void this.#limit();
	}

	/** Puts the limiter before the loudspeakers as soon as it is loaded, which is before anybody can play anything. */
	async #limit(): Promise<void> {
		const audio = this.#audio;
		// Where there is none, a browser cuts off what is too loud.
		if (!audio.audioWorklet) return;
		await audio.audioWorklet.addModule(limiterUrl);
		const limiter = new AudioWorkletNode(audio, 'limiter', {
			outputChannelCount: [2],
			channelCount: 2,
			channelCountMode: 'explicit',
		});
		this.#all.disconnect();
		this.#all.connect(limiter).connect(audio.destination);
	}

	/** The level of a picture's own sound, which is heard through this output from then on. */
	levelOf(picture: HTMLMediaElement): (gain: number) => void {
		const audio = this.#audio;
		const level = this.#pictures.get(picture) ?? audio.createGain();
		if (!this.#pictures.has(picture)) {
			// An element gives its sound away once only.
			audio.createMediaElementSource(picture).connect(level).connect(this.#all);
			this.#pictures.set(picture, level);
		}
		return gain => level.gain.setTargetAtTime(gain, audio.currentTime, FADE / 4);
	}

	now(): Seconds {
		return this.#audio.currentTime;
	}

	heard(): Seconds {
		return Math.max(0, this.#leaving() - HELD_BACK);
	}

	#leaving(): Seconds {
		const audio = this.#audio;
		const { contextTime = 0, performanceTime = 0 } = audio.getOutputTimestamp();
		const since = (performance.now() - performanceTime) / 1000;
		// Right after waking, and without a device, there is no timestamp to go by.
		if (contextTime > 0 && since >= 0 && since < 1) return Math.min(contextTime + since, audio.currentTime);
		return Math.max(0, audio.currentTime - (audio.outputLatency || audio.baseLatency || 0));
	}

	wake(): void {
		void this.#audio.resume();
	}

	start(buffer: AudioBuffer, { clock, offset, duration }: VoiceTime, gain: number): Voice {
		const audio = this.#audio;
		const source = audio.createBufferSource();
		source.buffer = buffer;
		const level = audio.createGain();
		level.gain.setValueAtTime(0, clock);
		level.gain.linearRampToValueAtTime(gain, clock + FADE);
		source.connect(level).connect(this.#music);
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
		this.#music.gain.setTargetAtTime(gain, this.#audio.currentTime, FADE);
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
