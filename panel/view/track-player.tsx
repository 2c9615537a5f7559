import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import Close from '@spectrum-icons/workflow/Close';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import WaveSurfer from 'wavesurfer.js';
import type { TrackDescription, TrackView } from '../../engine/protocol/messages.js';
import { failureOf } from '../state/failure.js';
import { levelGain } from '../state/playback.js';
import { clock } from '../state/words.js';
import { usePage } from './page-context.js';
import { TrackLabels } from './track-labels.js';

/** Seconds of a track above which its waveform isn't drawn: that would decode all of it at once. */
const DRAWN = 20 * 60;

/** A whole track, for hearing it apart from the cut. */
export const TrackPlayer = ({ track, onClose }: { track: TrackView; onClose: () => void }) => {
	const { commands, player } = usePage();
	const place = useRef<HTMLDivElement>(null);
	const wave = useRef<WaveSurfer | null>(null);
	const [at, setAt] = useState(0);
	const [problem, setProblem] = useState<string | null>(null);
	const [description, setDescription] = useState<TrackDescription | null>(null);

	useEffect(() => {
		const container = place.current;
		if (container === null) return;
		// The element streams, so that a track is heard while its waveform is still being made.
		const media = new Audio(track.soundUrl);
		media.volume = Math.min(1, levelGain(track.loudness, 1));
		const style = getComputedStyle(container);
		const surfer = WaveSurfer.create({
			container,
			media,
			height: 44,
			barWidth: 2,
			barGap: 1,
			cursorWidth: 1,
			waveColor: style.getPropertyValue('--draw-wave').trim(),
			progressColor: style.getPropertyValue('--draw-chosen').trim(),
			cursorColor: style.getPropertyValue('--playhead-colour').trim(),
			...(track.duration > DRAWN && { peaks: [[0, 0]], duration: track.duration }),
		});
		wave.current = surfer;
		surfer.on('timeupdate', time => setAt(Math.floor(time)));
		surfer.on('play', () => player.pause());
		surfer.on('error', error => {
			// Closing ends the fetch of the waveform: that is no failure.
			if (error.name !== 'AbortError') setProblem(`${track.title} can’t be played.`);
		});
		const stopListening = player.onChange(() => {
			if (player.state.state === 'running') surfer.pause();
		});
		surfer.play().catch(() => undefined);
		return () => {
			stopListening();
			surfer.destroy();
			media.removeAttribute('src');
			media.load();
		};
	}, [player, track]);

	useEffect(() => {
		const stop = new AbortController();
		commands.catalogue.describeTrack(track.id, stop.signal).then(setDescription, (error: unknown) => {
			const { code, detail } = failureOf(error);
			if (code !== 'cancelled') setProblem(`What is heard in ${track.title} can’t be shown: ${detail}`);
		});
		return () => stop.abort();
	}, [commands, track]);

	const seek = (to: number): void => wave.current?.setTime(Math.max(0, Math.min(track.duration, to)));
	const onKeyDown = (event: KeyboardEvent): void => {
		const by = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
		if (by === undefined) return;
		event.preventDefault();
		seek(at + by);
	};
	return (
		<section className="track-player" aria-label={`Hearing ${track.title}`}>
			<div className="title-line">
				<span className="title">{track.title}</span>
				<span className="number dim">
					{clock(at)} / {clock(track.duration)}
				</span>
				<span className="spring" />
				<ActionButton isQuiet aria-label="Stop hearing it" onPress={onClose}>
					<Close />
				</ActionButton>
			</div>
			{problem !== null && <p role="alert">{problem}</p>}
			<TrackLabels description={description} onSeek={seek}>
				<div
					ref={place}
					role="slider"
					tabIndex={0}
					aria-label={`Position in ${track.title}`}
					aria-valuemin={0}
					aria-valuemax={Math.round(track.duration)}
					aria-valuenow={at}
					aria-valuetext={clock(at)}
					onKeyDown={onKeyDown}
				/>
			</TrackLabels>
		</section>
	);
};
