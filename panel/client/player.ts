import { ducking, gainAt } from '../../engine/crops/ducking.js';
import type { Suggestion } from '../../engine/protocol/messages.js';
import { type Seconds, toSeconds } from '../../engine/time/time.js';
import {
	correction,
	endAfter,
	levelGain,
	positionAt,
	type Running,
	startingPoint,
	stretchFrom,
	type Transport,
} from '../state/playback.js';
import type { PlayerState, Programme } from '../state/player-state.js';
import { type Sound, type Sounds, soundKey } from './sounds.js';

/** Where sound goes. Clocks are seconds of this output's own clock. */
export interface AudioOutput<Buffer> {
	/** What is handed to the output now. */
	now(): Seconds;
	/** What leaves the speakers now: behind {@link now} by the output's latency. */
	heard(): Seconds;
	/** Must be called from a key or a click once, or browsers keep silent. */
	wake(): void;
	start(sound: Buffer, when: VoiceTime, gain: number): Voice;
	/** Gain of all voices together, reached within a few hundredths of a second. */
	setGain(gain: number): void;
}

export type VoiceTime = { readonly clock: Seconds; readonly offset: Seconds; readonly duration: Seconds };

export interface Voice {
	/** Fades out from this clock on. */
	stop(clock: Seconds): void;
}

/** The moving picture, which follows the sound. */
export interface Picture {
	/** Null while it has none: not loaded, or on its way somewhere else. */
	position(): Seconds | null;
	play(): void;
	pause(): void;
	seek(to: Seconds): void;
	setSpeed(speed: number): void;
	/** In [0, 1]. */
	setVolume(volume: number): void;
}

/** Seconds between deciding to play and the sample that plays: enough for the audio thread to hear of it. */
const LEAD: Seconds = 0.02;
/** A loop's next pass is handed over this early; browsers wake a hidden page once a second. */
const AHEAD: Seconds = 1.5;
/** Milliseconds between two looks at the picture. */
const WATCH = 40;
/** Seconds that a seek of the picture may take before another is tried. */
const SEEK_PATIENCE: Seconds = 1;

/**
 * Plays a cut with a crop under it. The audio clock leads: sound starts on exact samples, the picture is nudged or sent
 * after it. Changing the candidate changes the sound under the running picture.
 */
export class Player<Buffer> {
	readonly #output: AudioOutput<Buffer>;
	readonly #sounds: Sounds<Buffer>;
	readonly #every: (milliseconds: number, then: () => void) => () => void;
	readonly #listeners = new Set<() => void>();
	#picture: Picture | null = null;
	#programme: Programme | null = null;
	#state: PlayerState = { state: 'stopped', problem: null };
	#transport: Transport = { state: 'stopped', at: 0 };
	#voices: Voice[] = [];
	#sound: Heard<Buffer> | null = null;
	#handedOver: Seconds = 0;
	#lastSeek: Seconds = Number.NEGATIVE_INFINITY;
	#drift: Seconds | null = null;
	#stopWatching: () => void = () => {};

	constructor(
		output: AudioOutput<Buffer>,
		sounds: Sounds<Buffer>,
		every: (milliseconds: number, then: () => void) => () => void,
	) {
		this.#output = output;
		this.#sounds = sounds;
		this.#every = every;
	}

	get state(): PlayerState {
		return this.#state;
	}

	/** Position in the cut of what is heard. */
	get position(): Seconds {
		return positionAt(this.#transport, this.#output.heard());
	}

	/** Seconds that the picture is ahead of the sound; null while either stands still. */
	get drift(): Seconds | null {
		return this.#drift;
	}

	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	attach(picture: Picture | null): void {
		this.#picture = picture;
		if (picture === null) return;
		picture.setVolume(this.#programme?.ownSound === 'off' ? 0 : 1);
		if (this.#transport.state === 'running') picture.play();
		else picture.seek(this.#transport.at);
	}

	/**
	 * Says what there is to play. What runs goes on with it, at the same picture; where the position lies outside a new
	 * range it starts at that range's start.
	 */
	setProgramme(programme: Programme | null): void {
		const before = this.#programme;
		this.#programme = programme;
		if (programme === null) {
			this.#halt(0);
			return;
		}
		this.#picture?.setVolume(programme.ownSound === 'off' ? 0 : 1);
		if (this.#state.state === 'stopped') {
			const { range } = programme;
			const { at } = this.#transport.state === 'stopped' ? this.#transport : { at: range.start };
			if (at < range.start || at > range.end) this.seek(range.start);
			return;
		}
		const isSameSound = keyOf(before) === keyOf(programme);
		const isSameCourse =
			before?.range.start === programme.range.start &&
			before.range.end === programme.range.end &&
			before.loop === programme.loop;
		if (!isSameCourse && this.#state.state === 'running') this.#begin(this.position, this.#sound);
		if (!isSameSound) this.#listenTo(programme.suggestion);
	}

	play(): void {
		const programme = this.#programme;
		if (programme === null || this.#state.state !== 'stopped') return;
		this.#output.wake();
		if (programme.suggestion === null) this.#begin(this.position, null);
		else this.#listenTo(programme.suggestion);
	}

	pause(): void {
		this.#halt(this.position);
	}

	/** Stops, and goes back to the start of the range. */
	stop(): void {
		this.#halt(this.#programme?.range.start ?? 0);
	}

	seek(to: Seconds): void {
		if (this.#state.state === 'running') {
			this.#begin(to, this.#sound);
			return;
		}
		this.#transport = { state: 'stopped', at: to };
		this.#picture?.seek(to);
		this.#changed();
	}

	/** Hears this candidate as soon as it is loaded; what plays goes on until then. */
	#listenTo(suggestion: Suggestion | null): void {
		if (suggestion === null) {
			if (this.#state.state === 'running') this.#change(null);
			else this.#begin(this.position, null);
			return;
		}
		const ready = this.#sounds.ready(suggestion);
		if (ready !== null) {
			this.#change({ suggestion, sound: ready });
			return;
		}
		const awaited = soundKey(suggestion);
		this.#set(
			this.#state.state === 'running' ? { ...this.#state, awaited, problem: null } : { state: 'loading', awaited },
		);
		const isStillAwaited = (): boolean => this.#state.state !== 'stopped' && this.#state.awaited === awaited;
		this.#sounds.load(suggestion).then(
			sound => {
				if (isStillAwaited()) this.#change({ suggestion, sound });
			},
			(error: unknown) => {
				if (!isStillAwaited()) return;
				const problem = { key: awaited, text: error instanceof Error ? error.message : String(error) };
				this.#set(
					this.#state.state === 'running' ? { ...this.#state, awaited: null, problem } : { state: 'stopped', problem },
				);
			},
		);
	}

	#change(next: Heard<Buffer> | null): void {
		if (this.#transport.state === 'stopped') {
			this.#begin(this.#transport.at, next);
			return;
		}
		const clock = this.#output.now() + LEAD;
		this.#sound = next;
		this.#silence(clock);
		this.#handOver(this.#transport, clock);
		this.#set({ state: 'running', heard: this.#heardKey(), awaited: null, problem: null });
	}

	#begin(from: Seconds, next: Heard<Buffer> | null): void {
		const { range, rate, loop } = this.#programme!;
		const at = startingPoint(from, range, rate);
		const clock = this.#output.now() + LEAD;
		this.#silence(clock);
		const transport: Running = { state: 'running', clock, at, range, loop };
		this.#transport = transport;
		this.#sound = next;
		this.#handOver(transport, clock);
		const shown = this.#picture?.position();
		if (shown == null || Math.abs(shown - at) > toSeconds(1, rate) / 2) this.#sendPicture(at);
		this.#picture?.play();
		this.#stopWatching();
		this.#stopWatching = this.#every(WATCH, () => this.#watch());
		const awaited = this.#state.state === 'running' ? this.#state.awaited : null;
		this.#set({ state: 'running', heard: this.#heardKey(), awaited, problem: null });
	}

	#halt(at: Seconds): void {
		this.#stopWatching();
		this.#silence(this.#output.now());
		this.#transport = { state: 'stopped', at };
		this.#drift = null;
		this.#picture?.setSpeed(1);
		this.#picture?.pause();
		this.#picture?.seek(at);
		this.#set({ state: 'stopped', problem: null });
	}

	/** Hands the rest of the pass that runs at `clock` to the output. */
	#handOver(transport: Running, clock: Seconds): void {
		const end = endAfter(transport, clock);
		this.#handedOver = end;
		if (this.#sound === null) return;
		const { suggestion, sound } = this.#sound;
		const { range } = suggestion;
		const stretch = stretchFrom(
			{ range, crop: { start: 0, end: range.end - range.start } },
			positionAt(transport, clock),
		);
		if (stretch === null) return;
		const duration = Math.min(stretch.duration, end - clock - stretch.wait);
		if (duration <= 0) return;
		const when = { clock: clock + stretch.wait, offset: stretch.offset, duration };
		this.#voices.push(this.#output.start(sound.buffer, when, levelGain(suggestion.track.loudness, sound.peak)));
	}

	#silence(clock: Seconds): void {
		for (const voice of this.#voices) voice.stop(clock);
		this.#voices = [];
	}

	#watch(): void {
		const transport = this.#transport;
		if (transport.state === 'stopped') return;
		if (transport.loop) {
			if (this.#handedOver - this.#output.now() < AHEAD) this.#handOver(transport, this.#handedOver);
		} else if (this.#output.heard() >= endAfter(transport, transport.clock)) {
			this.#halt(transport.range.end);
			return;
		}
		const { rate, speech, ownSound } = this.#programme!;
		this.#output.setGain(ownSound === 'ducked' ? gainAt(ducking(speech), this.position) : 1);

		const shown = this.#picture?.position() ?? null;
		// Before the first sample is heard the picture has nothing to follow.
		if (shown === null || this.#output.heard() < transport.clock) return;
		this.#drift = shown - this.position;
		const step = correction(this.#drift, rate);
		if (step.do === 'seek') {
			if (this.#output.now() - this.#lastSeek > SEEK_PATIENCE || this.#drift > 0) this.#sendPicture(this.position);
		} else {
			this.#picture?.setSpeed(step.do === 'rate' ? step.rate : 1);
		}
	}

	#sendPicture(to: Seconds): void {
		this.#lastSeek = this.#output.now();
		this.#picture?.seek(to);
	}

	#heardKey(): string | null {
		return this.#sound && soundKey(this.#sound.suggestion);
	}

	#set(state: PlayerState): void {
		this.#state = state;
		this.#changed();
	}

	#changed(): void {
		for (const listener of this.#listeners) listener();
	}
}

const keyOf = (programme: Programme | null): string | null =>
	programme?.suggestion ? soundKey(programme.suggestion) : null;

type Heard<Buffer> = { readonly suggestion: Suggestion; readonly sound: Sound<Buffer> };
