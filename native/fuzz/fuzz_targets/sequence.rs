#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| deployment_engine_fuzz::run("sequence", bytes));
