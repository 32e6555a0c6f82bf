"""The engines that a store runs on; only :mod:`dutydesk.store.engine.opening` names them."""
