"""The figures and the rows behind them."""
