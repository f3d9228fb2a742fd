// A waveform on a canvas, filled up to where it is played.

const BAR_PX = 3;
const GAP_PX = 2;

/** Bars for peaks (0..1), those before `share` (0..1) in the played colour. Colours are the canvas's own. */
export function drawWave(canvas, peaks, share) {
  const { width, height } = fitted(canvas);
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const loudest = Math.max(0.05, ...peaks);
  context.clearRect(0, 0, width, height);
  for (let index = 0; index < peaks.length; index++) {
    const x = (index / peaks.length) * width;
    const tall = Math.max(2, (peaks[index] / loudest) * (height - 8));
    context.fillStyle = x < share * width ? style.borderTopColor : style.color;
    context.fillRect(x, (height - tall) / 2, BAR_PX, tall);
  }
}

/** How many bars fit. */
export function barsIn(canvas) {
  return Math.max(8, Math.floor((canvas.clientWidth || 300) / (BAR_PX + GAP_PX)));
}

function fitted(canvas) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth || 300;
  const height = canvas.clientHeight || 44;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
  return { width, height };
}
