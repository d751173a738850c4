// Set before anything else is loaded. Lambda runs in UTC, and worker threads share the process's time zone; the SDK warns
// of old Node versions as soon as a client is made, and stderr is for errors.
process.env['TZ'] = 'UTC';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
