"""What `make bench` measures. Each module here has a docstring that says what and beside whom, and a function `main()` that prints it."""
