// The microphone as pieces of sound.

// Begin to hear; `heard` is called with each piece (Float32, mono). Raises what the browser raises where it may not.
export async function listen(heard) {
  const stream = await navigator.mediaDevices.getUserMedia({
    // The voice as it is, not as it is made for calls.
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const context = new AudioContext();
  await context.audioWorklet.addModule("/studio/worklet.js");
  const ear = new AudioWorkletNode(context, "ear", { numberOfOutputs: 0 });
  ear.port.onmessage = (event) => heard(event.data);
  const source = context.createMediaStreamSource(stream);
  source.connect(ear);
  await context.resume();
  return {
    sampleRateHz: context.sampleRate,
    async stop() {
      source.disconnect();
      for (const track of stream.getTracks()) track.stop();
      await context.close();
    },
  };
}

/** Whether a browser lets this page hear anything: only over https, or from the machine itself. */
export function canListen() {
  return Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);
}
