/**
 * ONNX Runtime's packages for Linux and macOS tell Microsoft about processes, sessions and models since 1.28, keep a
 * device identifier in the home folder and a log in the temporary one (docs/Privacy.md there). A bank's models are
 * nobody's business. It looks once, when the library is loaded: whoever wants it sets the variable to 0 before.
 */
process.env.ORT_DISABLE_TELEMETRY ??= '1';
