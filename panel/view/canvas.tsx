import { useProvider } from '@adobe/react-spectrum/Provider';
import { useEffect, useRef } from 'react';

export type Paint = (context: CanvasRenderingContext2D, width: number, height: number, colours: Colours) => void;

/** Colours of drawings, by what they stand for; the style sheet sets them for each theme. */
export type Colours = Readonly<Record<(typeof NAMES)[number], string>>;

const NAMES = [
	'wave',
	'chosen',
	'energy',
	'cut',
	'on-beat',
	'beat',
	'section',
	'speech',
	'ruler',
	'text',
	'match',
] as const;

/**
 * A drawing that fills its place, is crisp on every screen and follows size, zoom and theme. It shows what the text beside
 * it says, so it is hidden from those who can't see it.
 *
 * @param paint - the same function for the same drawing, or it is drawn again
 */
export const Canvas = ({ paint }: { paint: Paint }) => {
	const { colorScheme } = useProvider();
	const reference = useRef<HTMLCanvasElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that the style sheet gives
	useEffect(() => {
		const canvas = reference.current;
		const context = canvas?.getContext('2d');
		if (!canvas || !context) return;
		const draw = (): void => {
			const { clientWidth: width, clientHeight: height } = canvas;
			canvas.width = Math.round(width * devicePixelRatio);
			canvas.height = Math.round(height * devicePixelRatio);
			context.scale(devicePixelRatio, devicePixelRatio);
			if (width > 0 && height > 0) paint(context, width, height, coloursOf(canvas));
		};
		const observer = new ResizeObserver(draw);
		observer.observe(canvas);
		return () => observer.disconnect();
	}, [paint, colorScheme]);
	return (
		<div className="drawing" aria-hidden="true">
			<canvas ref={reference} />
		</div>
	);
};

const coloursOf = (element: Element): Colours => {
	const style = getComputedStyle(element);
	return Object.fromEntries(NAMES.map(name => [name, style.getPropertyValue(`--draw-${name}`).trim()])) as Colours;
};
